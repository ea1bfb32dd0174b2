// The wire: one request to one endpoint, one outcome. Below the choice of endpoints, above sockets.
import type { GatewayFailure } from '../core/failure.ts';
import type { HeaderList } from '../core/headers.ts';
import type { Call } from './call.ts';
import type { OriginBody } from './origin.ts';

/** A request to exactly one endpoint of a region. */
export interface WireRequest {
  readonly region: string;
  /** The endpoint's base URL as configured, with its prefix. */
  readonly endpoint: string;
  readonly method: string;
  /** Raw path and query below the endpoint's prefix. */
  readonly target: string;
  readonly headers: HeaderList;
  readonly body: ReadableStream<Uint8Array> | null;
}

/** What became of a request: told apart by what a second attempt elsewhere could do. */
export type WireOutcome =
  /** The head of the answer is here; the body is still to be pulled. */
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly headers: HeaderList;
      readonly body: OriginBody;
    }
  /** No byte can have been sent and the body is untouched: any method may go elsewhere. */
  | { readonly kind: 'unsent'; readonly failure: GatewayFailure }
  /** The connection ended before an answer: the origin may have acted, only a safe method may go elsewhere. */
  | { readonly kind: 'cut'; readonly failure: GatewayFailure }
  /** Patience or the client is gone: going elsewhere would not help. */
  | { readonly kind: 'given-up'; readonly failure: GatewayFailure };

/**
 * Sends one request over one connection.
 *
 * - Target, method, header order and repeats go out as given; `Host` is the endpoint's, and
 *   `Accept-Encoding: identity` is added. Nothing is decompressed, no redirect is followed.
 * - A body goes out with the `Content-Length` it came with, else chunked. When it errors or ends
 *   short, the connection is destroyed: what went out never looks like a whole request.
 * - An answer that arrives while the body is going up is delivered at once; the rest is not read.
 * - The body's stream is let go (its lock is released), never cancelled: cancelling the body of a
 *   server's request closes the client's connection before the answer reaches it.
 * - A body that errors is `client-gone`; so is `call.signal`.
 *
 * Never rejects.
 */
export interface Wire {
  send(call: Call, request: WireRequest): Promise<WireOutcome>;
}
