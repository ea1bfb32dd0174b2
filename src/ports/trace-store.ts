// Finished traces held in this process for the admin face.
import type { SpanAttributes } from './tracing.ts';

export interface TraceFilter {
  readonly limit: number;
  readonly region?: string;
  readonly image?: string;
  readonly minMs?: number;
  readonly status?: number;
  readonly route?: string;
}

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
  /** Newest first. */
  list(filter: TraceFilter): readonly TraceSummary[];
  /** Null when that trace is not (or no longer) held. */
  get(traceId: string): StoredTrace | null;
}
