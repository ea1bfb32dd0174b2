// What an ImageApi is told when it is made; Nova's `[glance]` section in camelCase where it has one.
import type { Tracing } from '../ports/tracing.ts';
import type { DirectUrlHandler } from './direct-url/handlers.ts';
import type { CertificateSource } from './signature/verifier.ts';

export interface ImageApiOptions {
  /** Base URLs of Glance, or of a gateway: shuffled once, then used in turn (`api_servers`). */
  readonly endpoints: readonly string[];
  /** Further attempts after one that failed by its connection or with 503, a second apart; 3. */
  readonly numRetries?: number | undefined;
  /**
   * Endpoints besides `endpoints` that image URIs may name; `any` allows every address, which then is
   * sent the caller's token. None unless given. What lies below an endpoint is allowed with it.
   */
  readonly allowedEndpoints?: readonly string[] | 'any' | undefined;
  /** The endpoints are gateways: image URIs of other addresses are handed to them whole. False. */
  readonly throughGateway?: boolean | undefined;
  /** Sends the requests instead of the network: a gateway's own `fetch`, for one in this process. */
  readonly fetch?: ((request: Request) => Promise<Response> | Response) | undefined;
  /** Certificates that https endpoints are checked against, in PEM; the runtime's own unless given. */
  readonly ca?: string | undefined;
  readonly timeouts?: Partial<ImageApiTimeouts> | undefined;

  /** Checks the signature of every download; without it only of those with `trustedCerts`. False. */
  readonly verifySignatures?: boolean | undefined;
  /** Requires that the signing certificate leads to a trusted one. False. */
  readonly enableCertificateValidation?: boolean | undefined;
  /** Trusted where a download names no `trustedCerts`. None unless given. */
  readonly defaultTrustedCertificateIds?: readonly string[] | undefined;
  /** Where certificates are: `folderCertificates`, `barbicanCertificates` or one of your own. */
  readonly certificates?: CertificateSource | undefined;

  /** URL schemes whose locations may be read past Glance. None unless given. */
  readonly allowedDirectUrlSchemes?: readonly string[] | undefined;
  /** How they are read: `fileHandler`, `rbdHandler` or ones of your own. */
  readonly directUrlHandlers?: readonly DirectUrlHandler[] | undefined;

  /** Where spans go; nowhere unless given. */
  readonly tracing?: Tracing | undefined;
  /** Keys of osprofiler, the first of which signs `X-Trace-Info`. None unless given. */
  readonly profilerHmacKeys?: readonly string[] | undefined;

  /** Waits between attempts; for tests. Rejects when the signal aborts. */
  readonly pause?: ((ms: number, signal: AbortSignal) => Promise<void>) | undefined;
  /** Shuffles the endpoints; for tests. Numbers from 0 up to, not including, 1. */
  readonly random?: (() => number) | undefined;
}

/** In milliseconds. */
export interface ImageApiTimeouts {
  /** For a connection. A WAN handshake takes well under a second; then the next endpoint is tried. */
  readonly connectMs: number;
  /** For the head of an answer. */
  readonly answerMs: number;
  /** For the answer after an upload's last byte: Glance's store takes its time. */
  readonly uploadMs: number;
  /** Of silence in the middle of a body. */
  readonly stallMs: number;
}

export const DEFAULT_TIMEOUTS: ImageApiTimeouts = {
  connectMs: 5_000,
  answerMs: 60_000,
  uploadMs: 600_000,
  stallMs: 30_000,
};

export const DEFAULT_NUM_RETRIES = 3;
