// The caller's trace going in and ours going out: W3C Trace Context, and osprofiler's headers.
import type { HeaderList } from '../core/headers.ts';
import { baseIdOf, type HmacSha1, parentIdOf, profileHeaders } from '../core/osprofiler.ts';
import { formatTraceparent, parseTraceparent } from '../core/traceparent.ts';
import type { TraceContext } from '../ports/call.ts';

/** What new spans hang under when the caller has none: an id that W3C calls invalid, so they are roots. */
export const NO_TRACE: TraceContext = {
  traceId: '0'.repeat(32),
  spanId: '0'.repeat(16),
  sampled: false,
  traceState: null,
  baggage: null,
  profile: null,
};

export const isTrace = ({ traceId }: TraceContext): boolean => traceId !== NO_TRACE.traceId;

/** The trace that a `traceparent` header names; NO_TRACE for what is none. */
export const traceOfParent = (text: string): TraceContext => ({
  ...NO_TRACE,
  ...parseTraceparent(text),
});

/** For tracing that records nothing: the caller's trace as it came. */
export function traceparentHeaders(trace: TraceContext): HeaderList {
  if (!isTrace(trace)) return [];
  const { traceState, baggage } = trace;
  return [
    ['traceparent', formatTraceparent(trace)],
    ...(traceState === null ? [] : [['tracestate', traceState] as const]),
    ...(baggage === null ? [] : [['baggage', baggage] as const]),
  ];
}

/** osprofiler's headers: the profile that the trace belongs to, else one that goes by the trace's id. */
export function profilerHeaders(trace: TraceContext, key: string, hmac: HmacSha1): HeaderList {
  if (!isTrace(trace)) return [];
  const baseId = trace.profile?.baseId ?? baseIdOf(trace.traceId);
  return profileHeaders({ baseId, parentId: parentIdOf(trace.spanId) }, key, hmac);
}
