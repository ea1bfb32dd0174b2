// A finished span as the trace page keeps it: plain values, none of them large, so that the SDK's
// own span can be let go.
import { type Attributes, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { hrTimeToMilliseconds } from '@opentelemetry/core';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { ATTR_ERROR_TYPE } from '@opentelemetry/semantic-conventions';
import type { StoredSpan } from '../../ports/trace-store.ts';
import type { SpanAttributes } from '../../ports/tracing.ts';

/** Strings longer than `valueLimit` characters are dropped whole: half a value misleads. */
export function storedSpan(span: ReadableSpan, valueLimit: number): StoredSpan {
  return {
    spanId: span.spanContext().spanId,
    parentSpanId: span.parentSpanContext?.spanId ?? null,
    name: span.name.slice(0, valueLimit),
    kind: KINDS[span.kind],
    startTime: hrTimeToMilliseconds(span.startTime),
    durationMs: hrTimeToMilliseconds(span.duration),
    error: errorOf(span, valueLimit),
    attributes: bounded(span.attributes, valueLimit),
    events: span.events.map((event) => ({
      name: event.name.slice(0, valueLimit),
      time: hrTimeToMilliseconds(event.time),
      attributes: bounded(event.attributes, valueLimit),
    })),
    links: span.links.map((link) => ({
      traceId: link.context.traceId,
      spanId: link.context.spanId,
      attributes: bounded(link.attributes, valueLimit),
    })),
  };
}

const KINDS: Record<SpanKind, StoredSpan['kind']> = {
  [SpanKind.SERVER]: 'server',
  [SpanKind.CLIENT]: 'client',
  [SpanKind.INTERNAL]: 'internal',
  [SpanKind.PRODUCER]: 'internal',
  [SpanKind.CONSUMER]: 'internal',
};

function errorOf(span: ReadableSpan, valueLimit: number): string | null {
  if (span.status.code !== SpanStatusCode.ERROR) return null;
  const code = span.attributes[ATTR_ERROR_TYPE];
  const words = [code, span.status.message].filter((word) => typeof word === 'string' && word);
  return words.join(': ').slice(0, valueLimit) || 'failed';
}

function bounded(attributes: Attributes | undefined, valueLimit: number): SpanAttributes {
  const kept: Record<string, SpanAttributes[string]> = {};
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value === 'number' || typeof value === 'boolean') kept[name] = value;
    else if (typeof value === 'string' && value.length <= valueLimit) kept[name] = value;
    else if (Array.isArray(value)) {
      const texts = value.map(String);
      const length = texts.reduce((total, text) => total + text.length, 0);
      if (length <= valueLimit) kept[name] = texts;
    }
  }
  return kept;
}
