// A stored trace in the JSON of Jaeger's HTTP API, as Jaeger's UI (to 2.18 for searches, all
// versions for one trace) and Grafana's Jaeger data source read it.
import type { StoredSpan, StoredTrace } from '../../ports/trace-store.ts';
import { type JaegerTag, spanTags, stringTag, tagsOf } from './jaeger-tags.ts';

/** Who recorded the spans. */
export interface JaegerService {
  readonly name: string;
  readonly version: string;
}

/** Jaeger's `model/json.Trace`. Its Go readers want every array to be there. */
export interface JaegerTrace {
  readonly traceID: string;
  readonly spans: readonly JaegerSpan[];
  readonly processes: Readonly<Record<string, JaegerProcess>>;
  readonly warnings: readonly string[] | null;
}

export interface JaegerSpan {
  readonly traceID: string;
  readonly spanID: string;
  readonly operationName: string;
  readonly references: readonly JaegerReference[];
  /** Epoch microseconds, whole: Grafana decodes them as integers and fails on a fraction. */
  readonly startTime: number;
  /** Whole microseconds. */
  readonly duration: number;
  readonly tags: readonly JaegerTag[];
  readonly logs: readonly { timestamp: number; fields: readonly JaegerTag[] }[];
  readonly processID: string;
  readonly warnings: null;
}

export interface JaegerProcess {
  readonly serviceName: string;
  readonly tags: readonly JaegerTag[];
}

/** `CHILD_OF` its parent, which may be the caller's and not held here; `FOLLOWS_FROM` what it links to. */
export interface JaegerReference {
  readonly refType: 'CHILD_OF' | 'FOLLOWS_FROM';
  readonly traceID: string;
  readonly spanID: string;
}

export function jaegerTrace(trace: StoredTrace, service: JaegerService): JaegerTrace {
  const { traceId, tree } = trace;
  const lost = trace.spans - tree.length;
  return {
    traceID: traceId,
    spans: tree.map((span) => jaegerSpan(traceId, span)),
    processes: { [PROCESS]: jaegerProcess(service) },
    warnings: lost > 0 ? [`${lost} more spans were recorded than are held.`] : null,
  };
}

export function jaegerProcess({ name, version }: JaegerService): JaegerProcess {
  return { serviceName: name, tags: [stringTag('service.version', version)] };
}

/** Epoch milliseconds with fractions, or a duration in them, as whole microseconds. */
export function microseconds(ms: number): number {
  return Math.max(0, Math.round(ms * 1000));
}

/** All spans held here are of one process, this one. */
const PROCESS = 'p1';

function jaegerSpan(traceID: string, span: StoredSpan): JaegerSpan {
  return {
    traceID,
    spanID: span.spanId,
    operationName: span.name,
    references: referencesOf(traceID, span),
    startTime: microseconds(span.startTime),
    duration: microseconds(span.durationMs),
    tags: spanTags(span),
    logs: span.events.map(({ name, time, attributes }) => ({
      timestamp: microseconds(time),
      fields: [stringTag('event', name), ...tagsOf(attributes)],
    })),
    processID: PROCESS,
    warnings: null,
  };
}

/** The parent stands first: readers hang a span under its first reference. */
function referencesOf(traceID: string, span: StoredSpan): readonly JaegerReference[] {
  const links = span.links.map(({ traceId, spanId }): JaegerReference => {
    return { refType: 'FOLLOWS_FROM', traceID: traceId, spanID: spanId };
  });
  if (span.parentSpanId === null) return links;
  return [{ refType: 'CHILD_OF', traceID, spanID: span.parentSpanId }, ...links];
}
