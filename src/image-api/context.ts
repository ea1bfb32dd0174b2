// Who asks for something, and within which trace: the first argument of every method, as Nova's
// request context is.
import type { TraceContext } from '../ports/call.ts';

export interface ImageContext {
  /** The caller's Keystone token. */
  readonly authToken?: string | null | undefined;
  /** A service's own token: with it Glance takes a user's token that has just expired. */
  readonly serviceToken?: string | null | undefined;
  /** Goes out as `X-OpenStack-Request-ID`, so that the logs of all services can be joined. */
  readonly globalId?: string | null | undefined;
  /** Who the caller is: asked only where there is no token, to hide what is not theirs. */
  readonly isAdmin?: boolean | undefined;
  readonly projectId?: string | null | undefined;
  readonly userId?: string | null | undefined;
  /** The caller's span: as a value, or as its `traceparent` header (W3C Trace Context). */
  readonly trace?: TraceContext | string | null | undefined;
  /** Ends the method; it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}
