// The traces that several processes have sent, held in one place for the trace page: what each of them
// saw of a trace is one trace here.
import type { TraceStore } from '../../ports/trace-store.ts';
import { createKeptTraces } from './kept-traces.ts';
import { graverKind } from './trace-kind.ts';
import { type LookedUpTrace, newestMatches, wholeTrace } from './trace-lookup.ts';
import type { TraceNews, TraceNewsSpan } from './trace-news.ts';

export interface GatheredTraces {
  add(news: TraceNews): void;
  /** Newest first, by the end of the last call. */
  readonly list: TraceStore['list'];
  readonly get: TraceStore['get'];
}

export interface GatheredBounds {
  /** Traces; the oldest of the most frequent kind goes first. */
  readonly keep: number;
  /** Spans of one trace; default 512, as in each process. */
  readonly spansPerTrace?: number;
  /** Spans of all traces together; default 64 for each trace of `keep`, as in each process. */
  readonly spans?: number;
}

export function createGatheredTraces(bounds: GatheredBounds): GatheredTraces {
  const { keep, spansPerTrace = 512, spans = keep * 64 } = bounds;
  const kept = createKeptTraces<HeldTrace>(keep);
  let total = 0;

  function forget(trace: HeldTrace | undefined): void {
    if (trace !== undefined) total -= trace.spans.length;
  }

  return {
    add(news) {
      const { traceId } = news;
      const calls = news.spans.filter(({ isCall }) => isCall);
      const known = kept.get(traceId);
      // Without a call it is the late end of a trace that was forgotten.
      if (keep === 0 || (known === undefined && calls.length === 0)) return;
      const trace = known ?? { traceId, kind: news.kind, ended: 0, endedAt: 0, spans: [] };
      trace.ended += news.ended;
      const before = trace.spans.length;
      trace.spans = withinLimit([...trace.spans, ...news.spans], spansPerTrace);
      total += trace.spans.length - before;
      if (calls.length > 0) {
        trace.kind = graverKind(trace.kind, news.kind);
        trace.endedAt = Math.max(trace.endedAt, ...calls.map(endOf));
        trace.spans = withOutermostCalls(trace.spans);
        forget(kept.keep(traceId, trace, trace.kind));
      }
      while (total > spans) {
        const gone = kept.forgetOldest();
        forget(gone);
        if (gone === undefined) break;
      }
    },
    list(filter) {
      const newest = [...kept.newestFirst()].sort((a, b) => b.endedAt - a.endedAt);
      return newestMatches([newest], filter);
    },
    get: (traceId) => wholeTrace(kept.get(traceId)),
  };
}

interface HeldTrace extends LookedUpTrace {
  kind: string;
  ended: number;
  /** Epoch milliseconds. */
  endedAt: number;
  spans: readonly TraceNewsSpan[];
}

function endOf({ span }: TraceNewsSpan): number {
  return span.startTime + span.durationMs;
}

/** Of too many, the later ones that are no calls are left out; then the oldest. */
function withinLimit(spans: readonly TraceNewsSpan[], limit: number): readonly TraceNewsSpan[] {
  let surplus = Math.max(0, spans.length - limit);
  if (surplus === 0) return spans;
  const kept = spans.filter(({ isCall }, at) => {
    if (isCall || at < limit) return true;
    surplus -= 1;
    return false;
  });
  return kept.slice(Math.max(0, surplus));
}

/** A worker may ask another one within a call: what that one took for a call is a part of this one. */
function withOutermostCalls(spans: readonly TraceNewsSpan[]): readonly TraceNewsSpan[] {
  if (spans.filter(({ isCall }) => isCall).length < 2) return spans;
  const ids = new Set(spans.map(({ span }) => span.spanId));
  return spans.map((held) => {
    return held.isCall && ids.has(held.span.parentSpanId ?? '') ? { ...held, isCall: false } : held;
  });
}
