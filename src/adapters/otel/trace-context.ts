// Trace contexts on the wire and in memory: W3C Trace Context and Baggage headers to and from the
// plain TraceContext that travels with a call.
import {
  type Context,
  createTraceState,
  ROOT_CONTEXT,
  type SpanContext,
  type TextMapGetter,
  type TextMapSetter,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { TRACE_PARENT_HEADER, W3CTraceContextPropagator } from '@opentelemetry/core';
import { type HeaderList, headerValues } from '../../core/headers.ts';
import { ownText } from '../../core/own-text.ts';
import type { TraceContext } from '../../ports/call.ts';

/** What a caller told about its trace. */
export interface CallerTrace {
  /** Null without a `traceparent` that can be believed. */
  readonly parent: SpanContext | null;
  /** The `baggage` headers, joined; null for none, or for more than the standard asks us to carry. */
  readonly baggage: string | null;
}

/** Reads `traceparent`, `tracestate` and `baggage`; a bad or repeated `traceparent` is ignored. */
export function callerTrace(headers: HeaderList): CallerTrace {
  const context = propagator.extract(ROOT_CONTEXT, headers, getter);
  return { parent: trace.getSpanContext(context) ?? null, baggage: baggageOf(headers) };
}

/** The headers that carry a trace on: `traceparent`, and `tracestate` and `baggage` when there are any. */
export function traceHeaders(context: TraceContext): HeaderList {
  const headers: [string, string][] = [];
  propagator.inject(parentContext(spanContext(context)), headers, setter);
  if (context.baggage !== null) headers.push([BAGGAGE, context.baggage]);
  return headers;
}

/** An OpenTelemetry context in which that span is the parent; the root context for null. */
export function parentContext(parent: SpanContext | null): Context {
  return parent === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
}

export function spanContext(context: TraceContext): SpanContext {
  const identity = {
    traceId: context.traceId,
    spanId: context.spanId,
    traceFlags: context.sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
  };
  if (context.traceState === null) return identity;
  return { ...identity, traceState: createTraceState(context.traceState) };
}

/** Profiles of osprofiler are none of OpenTelemetry's: whoever knows of one adds it. */
export function traceContext(span: SpanContext, baggage: string | null): TraceContext {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    sampled: (span.traceFlags & TraceFlags.SAMPLED) !== 0,
    traceState: span.traceState?.serialize() || null,
    baggage,
    profile: null,
  };
}

const BAGGAGE = 'baggage';

/** W3C Baggage, section 3.3.2: what every platform must be able to carry, in characters. */
const BAGGAGE_LIMIT = 8192;

/** Characters of a `traceparent` of version 00; one more tells that it is longer. */
const PARENT_LENGTH = 55;

const propagator = new W3CTraceContextPropagator();

function baggageOf(headers: HeaderList): string | null {
  const joined = headerValues(headers, BAGGAGE).join(',');
  return joined === '' || joined.length > BAGGAGE_LIMIT ? null : joined;
}

const getter: TextMapGetter<HeaderList> = {
  keys: (headers) => headers.map(([name]) => name.toLowerCase()),
  get(headers, key) {
    const values = headerValues(headers, key);
    // Two parents contradict each other: the trace starts anew (W3C Trace Context, section 3.2).
    if (key === TRACE_PARENT_HEADER && values.length > 1) return undefined;
    const [first] = values;
    // The ids in it are kept with the trace: of what later versions add they would keep all.
    if (key === TRACE_PARENT_HEADER && first !== undefined && first.length > PARENT_LENGTH) {
      return ownText(first.slice(0, PARENT_LENGTH + 1));
    }
    return values.length > 1 ? [...values] : first;
  },
};

const setter: TextMapSetter<[string, string][]> = {
  set(headers, key, value) {
    headers.push([key, value]);
  },
};
