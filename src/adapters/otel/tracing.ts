// Tracing over the OpenTelemetry API, with explicit contexts: the parent of a span is the value
// that travels with the call, so no ambient state has to survive streams and shared fills.
import {
  type Attributes,
  type Span as OtelSpan,
  SpanKind,
  SpanStatusCode,
  type Tracer,
} from '@opentelemetry/api';
import { millisToHrTime } from '@opentelemetry/core';
import { ATTR_ERROR_TYPE } from '@opentelemetry/semantic-conventions';
import type { TraceContext } from '../../ports/call.ts';
import type { Ids } from '../../ports/runtime.ts';
import type { GivenAttributes, Span, Tracing } from '../../ports/tracing.ts';
import {
  callerTrace,
  parentContext,
  spanContext,
  traceContext,
  traceHeaders,
} from './trace-context.ts';

export function createTracing(tracer: Tracer): Tracing<GivenAttributes> {
  return {
    server(name, headers, attributes) {
      const { parent, baggage } = callerTrace(headers);
      const options = { kind: SpanKind.SERVER, attributes: otelAttributes(attributes) };
      return wrap(tracer.startSpan(name, options, parentContext(parent)), baggage);
    },

    child(parent, name, kind, attributes, startTime) {
      const options = { kind: KINDS[kind], attributes: otelAttributes(attributes) };
      const timed =
        startTime === undefined ? options : { ...options, startTime: millisToHrTime(startTime) };
      const span = tracer.startSpan(name, timed, parentContext(spanContext(parent)));
      return wrap(span, parent.baggage);
    },

    headers: traceHeaders,
  };
}

/**
 * Tracing that records nothing. Every call still has a trace id for `X-Trace-Id`, and a caller's
 * trace passes through as it came, so that the origin's spans hang under the caller's.
 */
export function createNoopTracing(ids: Ids): Tracing<GivenAttributes> {
  return {
    server(_name, headers) {
      const { parent, baggage } = callerTrace(headers);
      const own = { traceId: hex(ids, 32), spanId: hex(ids, 16), traceFlags: 0 };
      return noopSpan(traceContext(parent ?? own, baggage));
    },
    child: (parent) => noopSpan(parent),
    headers: traceHeaders,
  };
}

const KINDS = { internal: SpanKind.INTERNAL, client: SpanKind.CLIENT } as const;

function wrap(span: OtelSpan, baggage: string | null): Span<GivenAttributes> {
  const context = traceContext(span.spanContext(), baggage);
  let ended = false;
  return {
    context,
    set(attributes) {
      span.setAttributes(otelAttributes(attributes));
    },
    event(name, attributes = {}) {
      span.addEvent(name, otelAttributes(attributes));
    },
    link(to, attributes = {}) {
      span.addLink({ context: spanContext(to), attributes: otelAttributes(attributes) });
    },
    fail(code, message) {
      span.setAttribute(ATTR_ERROR_TYPE, code);
      span.setStatus({ code: SpanStatusCode.ERROR, message });
    },
    end(endTime) {
      if (ended) return;
      ended = true;
      // A bare number would be read as an offset from the process's start when it is small.
      span.end(endTime === undefined ? undefined : millisToHrTime(endTime));
    },
  };
}

function noopSpan(context: TraceContext): Span<GivenAttributes> {
  return { context, set: nothing, event: nothing, link: nothing, fail: nothing, end: nothing };
}

function nothing(): void {}

/** The last digits of a UUID are its random ones; the first hold its version. */
function hex(ids: Ids, digits: 16 | 32): string {
  return ids.uuid().replaceAll('-', '').slice(-digits);
}

/** The SDK copies attributes, arrays as well, and leaves out what is undefined. */
function otelAttributes(attributes: GivenAttributes): Attributes {
  return attributes as Attributes;
}
