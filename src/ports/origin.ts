// The origin: the Glance endpoints of a region, seen as one thing that answers requests.
import type { HeaderList } from '../core/headers.ts';
import type { Call } from './call.ts';

/** A request to a region's Glance. */
export interface OriginRequest {
  readonly region: string;
  /** One of the region's endpoint URLs when the image URI named it; null for any of them. */
  readonly endpoint: string | null;
  readonly method: string;
  /** Raw path and query from "/" on, below the endpoint's own prefix: never decoded, never re-encoded. */
  readonly target: string;
  /** What goes on the wire besides `Host` and framing. */
  readonly headers: HeaderList;
  /** Streams as the origin takes it; null for none. A stream that errors destroys the request. */
  readonly body: ReadableStream<Uint8Array> | null;
}

export interface OriginAnswer {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: OriginBody;
  /** The endpoint that answered. */
  readonly endpoint: string;
  /** Requests that were sent for this answer, 1 when the first endpoint answered. */
  readonly attempts: number;
}

/** The body of an answer, pulled piece by piece. */
export interface OriginBody {
  /**
   * The next piece, of any size above 0; null after the last one. Throws `origin-cut` when the
   * connection ended before the message did, `origin-timeout` when nothing came for too long.
   */
  read(): Promise<Uint8Array | null>;
  /** Ends the interest: unread bytes are dropped, the connection with them. Repeating it is fine. */
  cancel(): void;
}

/**
 * Sends requests to a region.
 *
 * - Only configured endpoints are ever connected to; redirects come back as answers.
 * - Endpoints are shuffled once, then cycled, as Nova does with its `api_servers`; `GET` goes on to the
 *   next endpoint after a failed connection, a cut before the answer's head, or 503; any other
 *   method only while no byte of the request can have been sent.
 * - Bodies are as they were sent: nothing is decompressed.
 * - Throws GatewayFailure `origin-unreachable` or `origin-timeout` (and `client-gone` when
 *   `call.signal` aborted): never anything else.
 */
export interface Origin {
  send(call: Call, request: OriginRequest): Promise<OriginAnswer>;
}
