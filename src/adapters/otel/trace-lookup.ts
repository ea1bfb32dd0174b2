// What the admin face asks of the traces that are held: the newest ones that fit, and one with all of
// its spans.
import type {
  StoredSpan,
  StoredTrace,
  TraceFilter,
  TraceSummary,
} from '../../ports/trace-store.ts';
import { nextTurn } from '../node/runtime.ts';
import { callsOf, summarize, wantedCalls } from './trace-summary.ts';

/** A trace, as far as it is looked at. */
export interface LookedUpTrace {
  readonly traceId: string;
  /** Spans that ended, also those that were too many to keep. */
  readonly ended: number;
  readonly spans: readonly { readonly span: StoredSpan; readonly isCall: boolean }[];
}

/** A millisecond's work or two: calls that wait for their turn do not feel it. */
const SPANS_IN_A_TURN = 10_000;

/** @param parts of all traces, one after another; the newest first */
export async function newestMatches(
  parts: readonly Iterable<LookedUpTrace>[],
  filter: TraceFilter,
): Promise<readonly TraceSummary[]> {
  const found: TraceSummary[] = [];
  let looked = 0;
  for (const trace of oneAfterAnother(parts)) {
    if (found.length >= filter.limit) break;
    looked += trace.spans.length;
    if (looked > SPANS_IN_A_TURN) {
      looked = 0;
      await nextTurn();
    }
    const summary = summarize(trace, wantedCalls(trace, callsOf(trace), filter));
    if (summary !== null) found.push(summary);
  }
  return found;
}

function* oneAfterAnother<Value>(parts: readonly Iterable<Value>[]): Iterable<Value> {
  for (const part of parts) yield* part;
}

/** Null for none, and before a call of it has ended. */
export function wholeTrace(trace: LookedUpTrace | undefined): StoredTrace | null {
  const summary = trace && summarize(trace, callsOf(trace));
  if (!trace || !summary) return null;
  return { ...summary, tree: inOrder(trace.spans.map(({ span }) => span)) };
}

/** By time. Start times are whole milliseconds: within one, parents come before their children. */
function inOrder(spans: readonly StoredSpan[]): readonly StoredSpan[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const depths = new Map<StoredSpan, number>();
  for (const span of spans) {
    let depth = 0;
    // Ids come from outside too: two spans may name each other as their parent.
    for (let at: StoredSpan | undefined = span; at && depth < spans.length; depth += 1) {
      at = byId.get(at.parentSpanId ?? '');
    }
    depths.set(span, depth);
  }
  const depthOf = (span: StoredSpan): number => depths.get(span) ?? 0;
  return spans.toSorted((a, b) => a.startTime - b.startTime || depthOf(a) - depthOf(b));
}
