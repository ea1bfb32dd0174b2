// What the list of traces says about one: the words of the call in it that took longest.
import {
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
} from '@opentelemetry/semantic-conventions';
import type { OutcomeWord, StoredSpan, TraceMatch, TraceSummary } from '../../ports/trace-store.ts';
import { cacheWords } from './cache-words.ts';

/** The spans of a trace that are calls of the gateway, as far as they have ended. */
export function callsOf(trace: {
  readonly spans: readonly { readonly span: StoredSpan; readonly isCall: boolean }[];
}): readonly StoredSpan[] {
  return trace.spans.filter(({ isCall }) => isCall).map(({ span }) => span);
}

export interface SearchedTrace {
  readonly traceId: string;
  readonly spans: readonly { readonly span: StoredSpan }[];
}

/** Whether a call of that trace is wanted. */
export function matches(trace: SearchedTrace, call: StoredSpan, filter: TraceMatch): boolean {
  return (
    equals(call, REGION, filter.region) &&
    equals(call, IMAGE, filter.image) &&
    equals(call, ATTR_HTTP_RESPONSE_STATUS_CODE, filter.status) &&
    equals(call, ATTR_HTTP_ROUTE, filter.route) &&
    call.durationMs >= (filter.minMs ?? 0) &&
    (filter.outcome === undefined || went(call, filter.outcome)) &&
    (filter.text === undefined || names(trace, call, filter.text.toLowerCase()))
  );
}

/** Null when there is no call to speak of. */
export function summarize(
  trace: { readonly traceId: string; readonly ended: number },
  calls: readonly StoredSpan[],
): TraceSummary | null {
  const [first, ...others] = calls;
  if (first === undefined) return null;
  const call = others.reduce((a, b) => (b.durationMs > a.durationMs ? b : a), first);
  const status = call.attributes[ATTR_HTTP_RESPONSE_STATUS_CODE];
  return {
    traceId: trace.traceId,
    name: call.name,
    startTime: call.startTime,
    durationMs: call.durationMs,
    status: typeof status === 'number' ? status : null,
    route: text(call, ATTR_HTTP_ROUTE),
    region: text(call, REGION),
    image: text(call, IMAGE),
    outcome: text(call, CACHE_STATUS),
    requestId: text(call, REQUEST_ID),
    error: call.error,
    spans: trace.ended,
  };
}

function went(call: StoredSpan, word: OutcomeWord): boolean {
  if (word === 'error') return call.error !== null;
  const { cache, detail } = cacheWords(text(call, CACHE_STATUS));
  return word === (detail === 'collapsed' ? 'collapsed' : cache);
}

/** Also by what an origin calls its part of it: that is what its own log shows. */
function names(trace: SearchedTrace, call: StoredSpan, wanted: string): boolean {
  const has = (id: string | null): boolean => id?.toLowerCase().includes(wanted) ?? false;
  if (has(trace.traceId) || IDS.some((name) => has(text(call, name)))) return true;
  return trace.spans.some(({ span }) => has(text(span, 'glance_edge.origin.request_id')));
}

const REGION = 'glance_edge.region';
const IMAGE = 'glance_edge.image.id';
const CACHE_STATUS = 'glance_edge.cache_status';
const REQUEST_ID = 'glance_edge.request_id';
/** What a call can be found by: the request's id, its caller's own (Nova's, say), and the image's. */
const IDS = [REQUEST_ID, 'glance_edge.global_request_id', IMAGE] as const;

function equals(call: StoredSpan, name: string, wanted: string | number | undefined): boolean {
  return wanted === undefined || call.attributes[name] === wanted;
}

function text(call: StoredSpan, name: string): string | null {
  const value = call.attributes[name];
  return typeof value === 'string' ? value : null;
}
