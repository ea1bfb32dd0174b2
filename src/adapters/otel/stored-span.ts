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

/** The SDK lets a span's attributes be when it has ended: they are copied only to leave some out. */
function bounded(attributes: Attributes | undefined, valueLimit: number): SpanAttributes {
  if (attributes === undefined) return NOTHING;
  for (const name in attributes) {
    if (fits(attributes[name], valueLimit)) continue;
    const kept = Object.entries(attributes).filter(([, value]) => fits(value, valueLimit));
    return Object.fromEntries(kept) as SpanAttributes;
  }
  return attributes as SpanAttributes;
}

const NOTHING: SpanAttributes = {};

function fits(value: Attributes[string], limit: number): boolean {
  if (typeof value === 'string') return value.length <= limit;
  if (!Array.isArray(value)) return typeof value === 'number' || typeof value === 'boolean';
  return value.reduce<number>((total, part) => total + String(part).length, 0) <= limit;
}
