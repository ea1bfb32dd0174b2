// A search as Jaeger's clients ask for it, over the traces that are held here.

import type { Turn } from '../../ports/runtime.ts';
import type { StoredSpan, StoredTrace, TraceStore } from '../../ports/trace-store.ts';
import { spanTags } from './jaeger-tags.ts';
import { microseconds } from './jaeger-trace.ts';

/** One span of a trace must fulfil it all, as in Jaeger's own stores. */
export interface JaegerSearch {
  readonly service: string;
  /** The span's name. */
  readonly operation: string | null;
  /** Values as text, whatever their type. */
  readonly tags: ReadonlyMap<string, string>;
  /** Bounds of the span's start, epoch microseconds; both belong to it. */
  readonly startMin: number;
  readonly startMax: number;
  /** Bounds of its duration, microseconds; both belong to it. */
  readonly durationMin: number;
  readonly durationMax: number;
  /** Traces in the answer. */
  readonly limit: number;
}

/**
 * Searches look at so many traces, the newest ones: twice as many as are held by default, and few
 * enough that a search takes milliseconds of a process that has images to serve.
 */
export const SEARCH_DEPTH = 2000;

/** Spans in one answer, which are some 16 MiB of JSON; the traces beyond are left out. */
export const ANSWER_SPANS = 16_384;

/** Newest first. */
export async function searchTraces(
  sources: SearchedTraces,
  search: JaegerSearch,
): Promise<readonly StoredTrace[]> {
  const found: StoredTrace[] = [];
  let spans = 0;
  for await (const trace of newestTraces(sources)) {
    if (found.length >= search.limit) break;
    if (!trace.tree.some((span) => fulfils(span, search))) continue;
    spans += trace.tree.length;
    if (spans > ANSWER_SPANS && found.length > 0) break;
    found.push(trace);
  }
  return found;
}

export interface SearchedTraces {
  readonly traces: TraceStore;
  readonly turn: Turn;
}

/** The traces that searches look at, newest first, with turns for others in between. */
export async function* newestTraces({ traces, turn }: SearchedTraces): AsyncIterable<StoredTrace> {
  let spans = 0;
  for (const { traceId } of await traces.list({ limit: SEARCH_DEPTH })) {
    // It may have been pushed out since the list was made.
    const trace = traces.get(traceId);
    if (trace === null) continue;
    spans += trace.tree.length;
    if (spans > SPANS_IN_A_TURN) {
      spans = 0;
      await turn();
    }
    yield trace;
  }
}

/** One or two milliseconds: to put the spans in order, to compare them, to write them down. */
export const SPANS_IN_A_TURN = 500;

function fulfils(span: StoredSpan, search: JaegerSearch): boolean {
  if (search.operation !== null && span.name !== search.operation) return false;
  const start = microseconds(span.startTime);
  if (start < search.startMin || start > search.startMax) return false;
  const duration = microseconds(span.durationMs);
  if (duration < search.durationMin || duration > search.durationMax) return false;
  return hasTags(span, search.tags);
}

function hasTags(span: StoredSpan, wanted: ReadonlyMap<string, string>): boolean {
  if (wanted.size === 0) return true;
  const told = spanTags(span);
  return [...wanted].every(([key, value]) =>
    told.some((tag) => tag.key === key && String(tag.value) === value),
  );
}
