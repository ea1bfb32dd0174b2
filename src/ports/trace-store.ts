// Finished traces held in this process for the admin face.
import type { ForwardReason } from '../core/cache-status.ts';
import type { SpanAttributes } from './tracing.ts';

export interface TraceFilter {
  readonly limit: number;
  readonly region?: string;
  readonly image?: string;
  readonly minMs?: number;
  readonly status?: number;
  readonly route?: string;
  /** The word of `Cache-Status`; see `OutcomeWord`. */
  readonly outcome?: OutcomeWord;
  /** Looked for in trace, request and image ids, whatever the case of letters. */
  readonly text?: string;
}

/** What to look for in calls that are yet to end. */
export type TraceMatch = Omit<TraceFilter, 'limit'>;

/**
 * How a call went, in a word: `hit`; `collapsed` when it joined another call's fill or question; else
 * why it was forwarded (RFC 9211 section 2.2); `none` when there was nothing to say. A call with an
 * error is an `error` besides.
 */
export type OutcomeWord = 'hit' | ForwardReason | 'collapsed' | 'error' | 'none';

export interface StoredSpan {
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly kind: 'server' | 'client' | 'internal';
  /** Epoch milliseconds with fractions. */
  readonly startTime: number;
  readonly durationMs: number;
  readonly error: string | null;
  readonly attributes: SpanAttributes;
  readonly events: readonly { name: string; time: number; attributes: SpanAttributes }[];
  readonly links: readonly { traceId: string; spanId: string; attributes: SpanAttributes }[];
}

export interface TraceSummary {
  readonly traceId: string;
  readonly name: string;
  readonly startTime: number;
  readonly durationMs: number;
  readonly status: number | null;
  readonly route: string | null;
  readonly region: string | null;
  readonly image: string | null;
  readonly outcome: string | null;
  readonly requestId: string | null;
  readonly error: string | null;
  readonly spans: number;
}

export interface StoredTrace extends TraceSummary {
  readonly tree: readonly StoredSpan[];
}

export interface TraceStore {
  /** Newest first. Looks at thousands of traces if it has to, with turns for others in between. */
  list(filter: TraceFilter): Promise<readonly TraceSummary[]>;
  /** Null when that trace is not (or no longer) held. */
  get(traceId: string): StoredTrace | null;
  /**
   * Tells of every call that ends from here on, as soon as it is known; the trace may go on to grow.
   * The result ends it.
   */
  watch(match: TraceMatch, listener: TraceListener): () => void;
}

/** Must not throw, and must be quick: calls wait for it. */
export interface TraceListener {
  ended(call: TraceSummary): void;
  /** So many calls ended that are not told of: they were too many at once. */
  lost(calls: number): void;
}
