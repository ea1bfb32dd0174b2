// A trace in a line, as Jaeger's UI from 2.19 on lists what a search has found
// (`jaeger.api_v3.TraceSummary` in the JSON of protobuf: 64-bit numbers are text).
import type { StoredSpan, StoredTrace } from '../../ports/trace-store.ts';
import { type JaegerService, microseconds } from './jaeger-trace.ts';

export interface JaegerTraceSummary {
  readonly traceID: string;
  readonly rootServiceName: string;
  readonly rootOperationName: string;
  readonly minStartTimeUnixNano: string;
  readonly maxEndTimeUnixNano: string;
  readonly spanCount: number;
  readonly errorSpanCount: number;
  /** Spans whose parent is not held here: those that a caller's span leads to. */
  readonly orphanSpanCount: number;
  readonly services: readonly { name: string; spanCount: number; errorSpanCount: number }[];
}

export function jaegerSummary(trace: StoredTrace, service: JaegerService): JaegerTraceSummary {
  const { traceId, tree } = trace;
  const held = new Set(tree.map(({ spanId }) => spanId));
  const orphans = tree.filter(({ parentSpanId: id }) => id !== null && !held.has(id));
  const root = tree.find(({ parentSpanId }) => parentSpanId === null) ?? orphans[0];
  const errorSpanCount = tree.filter(({ error }) => error !== null).length;
  const spanCount = tree.length;
  return {
    traceID: traceId,
    rootServiceName: service.name,
    rootOperationName: root?.name ?? trace.name,
    minStartTimeUnixNano: nanoseconds(Math.min(...tree.map(startOf))),
    maxEndTimeUnixNano: nanoseconds(Math.max(...tree.map(endOf))),
    spanCount,
    errorSpanCount,
    orphanSpanCount: orphans.length,
    services: [{ name: service.name, spanCount, errorSpanCount }],
  };
}

const startOf = (span: StoredSpan): number => microseconds(span.startTime);

const endOf = (span: StoredSpan): number => startOf(span) + microseconds(span.durationMs);

/** Epoch nanoseconds are beyond what a number holds exactly; microseconds are not. */
function nanoseconds(micros: number): string {
  return `${micros}000`;
}
