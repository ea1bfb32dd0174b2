// What the traces that one process holds have grown by since they were last taken: what a worker sends
// to the process that shows them. The ring decides what is worth being held, and with that what is sent.
import type { StoredSpan } from '../../ports/trace-store.ts';
import type { LookedUpTrace } from './trace-lookup.ts';

export interface TraceNews {
  readonly traceId: string;
  /** Whose room it takes; see `kindOf`. */
  readonly kind: string;
  /** Spans that ended since the last time, also those that were too many to keep. */
  readonly ended: number;
  /** Of these, those that were kept, in the order in which they ended. */
  readonly spans: readonly TraceNewsSpan[];
}

export interface TraceNewsSpan {
  readonly span: StoredSpan;
  /** Whether it was the first one of its process in the trace. */
  readonly isCall: boolean;
}

/** A trace that a call has ended in. */
interface GrowingTrace extends LookedUpTrace {
  readonly kind: string | null;
}

/** Is told of all that a ring holds. */
export interface RingWatch {
  grew(trace: GrowingTrace): void;
  forgot(trace: GrowingTrace): void;
}

export const UNWATCHED_RING: RingWatch = { grew() {}, forgot() {} };

export interface TakenTraces {
  readonly watch: RingWatch;
  /** Those that grew first, first. */
  take(limit: number): readonly TraceNews[];
  /** Traces that have grown and were not taken yet: never more than are held. */
  waiting(): number;
}

export function createTakenTraces(): TakenTraces {
  const grown = new Set<GrowingTrace>();
  const told = new WeakSet<StoredSpan>();
  const endedBefore = new WeakMap<GrowingTrace, number>();

  function newsOf(trace: GrowingTrace): TraceNews {
    const before = endedBefore.get(trace) ?? 0;
    endedBefore.set(trace, trace.ended);
    const spans = trace.spans.filter(({ span }) => !told.has(span));
    for (const { span } of spans) told.add(span);
    return {
      traceId: trace.traceId,
      kind: trace.kind ?? '',
      ended: trace.ended - before,
      spans: spans.map(({ span, isCall }) => ({ span, isCall })),
    };
  }

  return {
    watch: {
      grew: (trace) => void grown.add(trace),
      forgot: (trace) => void grown.delete(trace),
    },
    take(limit) {
      const taken = [...grown].slice(0, limit);
      for (const trace of taken) grown.delete(trace);
      return taken.map(newsOf);
    },
    waiting: () => grown.size,
  };
}
