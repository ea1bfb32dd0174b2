// The caller's trace going in and ours going out: W3C Trace Context, and osprofiler's headers.
import type { HeaderList } from '../core/headers.ts';
import type { TraceContext } from '../ports/call.ts';

/** What new spans hang under when the caller has none: an id that W3C calls invalid, so they are roots. */
export const NO_TRACE: TraceContext = {
  traceId: '0'.repeat(32),
  spanId: '0'.repeat(16),
  sampled: false,
  traceState: null,
  baggage: null,
};

export const isTrace = ({ traceId }: TraceContext): boolean => traceId !== NO_TRACE.traceId;

/** The trace that a `traceparent` header names; NO_TRACE for what is none. */
export function parseTraceparent(text: string): TraceContext {
  const match = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})/.exec(text.trim());
  const [, traceId = '', spanId = '', flags = ''] = match ?? [];
  if (match === null || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return NO_TRACE;
  const sampled = (Number.parseInt(flags, 16) & 1) === 1;
  return { traceId, spanId, sampled, traceState: null, baggage: null };
}

/** For tracing that records nothing: the caller's trace as it came. */
export function traceparentHeaders(trace: TraceContext): HeaderList {
  if (!isTrace(trace)) return [];
  const { traceId, spanId, sampled, traceState, baggage } = trace;
  return [
    ['traceparent', `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`],
    ...(traceState === null ? [] : [['tracestate', traceState] as const]),
    ...(baggage === null ? [] : [['baggage', baggage] as const]),
  ];
}

/** HMAC-SHA-1 in hexadecimal, which is what osprofiler signs with. */
export type HmacSha1 = (key: string, text: string) => string;

/**
 * osprofiler's headers, under which services of OpenStack put their spans into the same trace:
 * its ids are UUIDs, that of a trace all 128 bits, that of a span with the span id as its low 64.
 */
export function profilerHeaders(trace: TraceContext, key: string, hmac: HmacSha1): HeaderList {
  if (!isTrace(trace)) return [];
  return signedTraceInfo(uuid(trace.traceId), uuid(trace.spanId.padStart(32, '0')), key, hmac);
}

/** `X-Trace-Info` and its signature, as osprofiler packs them: spaces, `=` and all. */
export function signedTraceInfo(
  baseId: string,
  parentId: string,
  key: string,
  hmac: HmacSha1,
): HeaderList {
  const json = `{"base_id": "${baseId}", "parent_id": "${parentId}"}`;
  const info = btoa(json).replaceAll('+', '-').replaceAll('/', '_');
  return [
    ['X-Trace-Info', info],
    ['X-Trace-HMAC', hmac(key, info)],
  ];
}

const uuid = (digits: string): string =>
  digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
