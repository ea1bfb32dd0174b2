// What travels with a request through every layer: its signal and its place in the trace.

/** A span's identity as W3C Trace Context names it; a plain value that any layer may carry. */
export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  readonly sampled: boolean;
  /** The `tracestate` header as received, to be sent on. */
  readonly traceState: string | null;
  /** The `baggage` header as received, to be sent on. */
  readonly baggage: string | null;
}

/** One piece of work: when to stop, and which span it belongs to. */
export interface Call {
  /** Aborts when nobody waits for the result any more. */
  readonly signal: AbortSignal;
  /** The span that new work hangs under. */
  readonly trace: TraceContext;
}
