// The traces of the last calls, held in memory for the trace page: a span processor on one side,
// the TraceStore of the admin face on the other.
import type { StoredSpan, TraceListener, TraceMatch, TraceStore } from '../../ports/trace-store.ts';
import { createKeptTraces } from './kept-traces.ts';
import { backwards, createPassingMap, type PassingMap } from './passing-map.ts';
import type { RecordedSpan } from './recorded-span.ts';
import { createSlowest } from './slowest.ts';
import { storedSpan } from './stored-span.ts';
import { createThinning } from './thinning.ts';
import { isUsual, kindOf } from './trace-kind.ts';
import { newestMatches, wholeTrace } from './trace-lookup.ts';
import { type RingWatch, UNWATCHED_RING } from './trace-news.ts';
import { summarize, wantedCalls } from './trace-summary.ts';
import type { SpanSink } from './tracing.ts';

export interface RingBounds {
  /** Traces whose calls have all ended; the oldest of the most frequent kind goes first. */
  readonly keep: number;
  /** Spans of one trace, so that one long download can't crowd out the rest; default 512. */
  readonly spansPerTrace?: number;
  /** Characters of one attribute value; default 1,024: longer than every id, path and reason. */
  readonly valueLimit?: number;
  /**
   * Spans of all traces together; default 64 for each trace of `keep`, about eight usual calls, so
   * that memory stays near 64 KiB times `keep` whatever the calls do.
   */
  readonly spans?: number;
  /** Usual hits that are taken in a minute; default twice `keep`, 2,000 at the least. */
  readonly usualPerMinute?: number;
}

/** See `usualPerMinute`: a busy minute must not push out the hour. */
export const usualPerMinuteOf = (keep: number): number => 2 * Math.max(keep, 1000);

export interface TraceRing {
  readonly processor: SpanSink;
  readonly store: TraceStore;
}

/**
 * A trace is held from the start of its first call. It is listed once a call of it has ended, and
 * spans that end later still join it: a fill outlives the call that started it. A caller may make
 * several calls under one trace id. Of hits that are neither slow nor errors so many a minute are held
 * as `usualPerMinute` says.
 */
export function createTraceRing(bounds: RingBounds, watch: RingWatch = UNWATCHED_RING): TraceRing {
  const { keep, spansPerTrace = 512, valueLimit = 1024, spans = keep * 64 } = bounds;
  const { usualPerMinute = usualPerMinuteOf(keep) } = bounds;
  // In order of arrival. Traces with a call under way are bounded apart: each is a call, so only calls
  // that never end could fill it.
  const open = createPassingMap<HeldTrace>();
  const closed = createKeptTraces<HeldTrace>(keep);
  const slowest = createSlowest();
  const thinning = createThinning(usualPerMinute);
  const openLimit = Math.max(keep, 1024);
  const watchers = new Set<Watcher>();
  let total = 0;

  function started(span: RecordedSpan): void {
    if (keep === 0 || !span.isCall) return;
    const { traceId } = span.context;
    const known = span.isContinued ? (open.get(traceId) ?? closed.take(traceId)) : undefined;
    const trace = known ?? newTrace(traceId);
    trace.callsUnderWay += 1;
    open.set(traceId, trace);
    if (open.size > openLimit) forget(open.oldest());
  }

  function ended(span: RecordedSpan): void {
    const { traceId } = span.context;
    const underWay = open.get(traceId);
    const trace = underWay ?? closed.get(traceId);
    if (trace === undefined) return;
    const held = new HeldSpan(span, span.isCall, valueLimit);
    if (!underWay) held.settle();
    total += add(trace, held, spansPerTrace);
    if (held.isCall) {
      if (watchers.size > 0) tell(watchers, trace, held.span);
      callEnded(trace, span);
    } else if (!underWay) watch.grew(trace);
    while (total > spans) {
      // Calls that are never let end must not take the room of all that have ended.
      const gone = spansOf(open) > spans / 2 ? largestOf(open) : closed.forgetOldest();
      forget(gone);
      if (gone === undefined || gone === trace) break;
    }
  }

  function callEnded(trace: HeldTrace, call: RecordedSpan): void {
    trace.kind = kindOf(call, trace.kind, slowest);
    // Those that began before their trace was forgotten, and begun anew, are not among them.
    trace.callsUnderWay = Math.max(0, trace.callsUnderWay - 1);
    if (trace.callsUnderWay > 0) {
      watch.grew(trace);
      return;
    }
    const wasOpen = open.delete(trace.traceId) !== undefined;
    if (isUsual(call, trace.kind) && !thinning.admits(call.startedAt + call.durationMs)) {
      if (!wasOpen) closed.take(trace.traceId);
      gone(trace);
      return;
    }
    for (const held of trace.spans) held.settle();
    watch.grew(trace);
    forget(closed.keep(trace.traceId, trace, trace.kind));
  }

  function forget(trace: HeldTrace | undefined): void {
    if (trace === undefined) return;
    open.delete(trace.traceId);
    gone(trace);
  }

  function gone(trace: HeldTrace): void {
    total -= trace.spans.length;
    watch.forgot(trace);
  }

  return {
    processor: { onStart: started, onEnd: ended },
    store: {
      list: (filter) => newestMatches([backwards(open.values()), closed.newestFirst()], filter),
      get: (traceId) => wholeTrace(open.get(traceId) ?? closed.get(traceId)),
      watch(match, listener) {
        const watcher = { match, listener };
        watchers.add(watcher);
        return () => void watchers.delete(watcher);
      },
    },
  };
}

interface HeldTrace {
  readonly traceId: string;
  callsUnderWay: number;
  /** Whose room it takes; null until a call of it has ended. */
  kind: string | null;
  /** Spans that ended, also those that were too many to keep. */
  ended: number;
  readonly spans: HeldSpan[];
}

interface Watcher {
  readonly match: TraceMatch;
  readonly listener: TraceListener;
}

/** An ended span, brought into its form for keeping when it is kept or looked at: most never are. */
class HeldSpan {
  readonly isCall: boolean;
  readonly #valueLimit: number;
  #ended: RecordedSpan | null;
  #stored: StoredSpan | null = null;

  constructor(ended: RecordedSpan, isCall: boolean, valueLimit: number) {
    this.#ended = ended;
    this.isCall = isCall;
    this.#valueLimit = valueLimit;
  }

  get span(): StoredSpan {
    return this.#stored ?? this.settle();
  }

  settle(): StoredSpan {
    if (this.#ended) this.#stored = storedSpan(this.#ended, this.#valueLimit);
    this.#ended = null;
    return this.#stored as StoredSpan;
  }
}

function newTrace(traceId: string): HeldTrace {
  return { traceId, callsUnderWay: 0, kind: null, ended: 0, spans: [] };
}

function spansOf(traces: PassingMap<HeldTrace>): number {
  let sum = 0;
  for (const { spans } of traces.values()) sum += spans.length;
  return sum;
}

function largestOf(traces: PassingMap<HeldTrace>): HeldTrace | undefined {
  let [largest] = traces.values();
  for (const trace of traces.values()) {
    if (largest === undefined || trace.spans.length > largest.spans.length) largest = trace;
  }
  return largest;
}

function tell(watchers: ReadonlySet<Watcher>, trace: HeldTrace, call: StoredSpan): void {
  // The worker that the client has called tells of it.
  if (call.attributes['glance_edge.sibling'] === true) return;
  for (const { match, listener } of watchers) {
    const summary = summarize(trace, wantedCalls(trace, [call], match));
    if (summary !== null) listener.ended(summary);
  }
}

/** Adds a span and says by how many the trace grew: a call's span takes an older one's place. */
function add(trace: HeldTrace, held: HeldSpan, limit: number): number {
  trace.ended += 1;
  const full = trace.spans.length >= limit;
  if (full && !held.isCall) return 0;
  if (full) trace.spans.shift();
  trace.spans.push(held);
  return full ? 0 : 1;
}
