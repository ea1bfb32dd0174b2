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

/** Those of the calls, which are of that trace, that are wanted. */
export function wantedCalls(
  trace: SearchedTrace,
  calls: readonly StoredSpan[],
  filter: TraceMatch,
): readonly StoredSpan[] {
  const found = calls.filter((call) => fulfils(call, filter));
  const text = filter.text?.toLowerCase();
  if (text === undefined || found.length === 0) return found;
  // Once for all calls: a caller may make hundreds under one trace id.
  return isNamed(trace, text) ? found : found.filter((call) => isCallNamed(call, text));
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

function fulfils(call: StoredSpan, filter: TraceMatch): boolean {
  return (
    equals(call, REGION, filter.region) &&
    equals(call, IMAGE, filter.image) &&
    equals(call, ATTR_HTTP_RESPONSE_STATUS_CODE, filter.status) &&
    equals(call, ATTR_HTTP_ROUTE, filter.route) &&
    call.durationMs >= (filter.minMs ?? 0) &&
    (filter.outcome === undefined || went(call, filter.outcome))
  );
}

function went(call: StoredSpan, word: OutcomeWord): boolean {
  if (word === 'error') return call.error !== null;
  const { cache, detail } = cacheWords(text(call, CACHE_STATUS));
  return word === (detail === 'collapsed' ? 'collapsed' : cache);
}

/** Also by what an origin calls its part of it: that is what its own log shows. */
function isNamed({ traceId, spans }: SearchedTrace, wanted: string): boolean {
  if (traceId.includes(wanted)) return true;
  return spans.some(({ span }) => has(span, 'glance_edge.origin.request_id', wanted));
}

function isCallNamed(call: StoredSpan, wanted: string): boolean {
  return IDS.some((name) => has(call, name, wanted));
}

/** @param wanted in lower case */
function has(span: StoredSpan, name: string, wanted: string): boolean {
  return text(span, name)?.toLowerCase().includes(wanted) ?? false;
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
