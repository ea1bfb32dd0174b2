// Span attributes as the tags of Jaeger's JSON. Search compares with these very tags, so that
// whatever a reader sees can be searched for.
import type { StoredSpan } from '../../ports/trace-store.ts';
import type { SpanAttributes } from '../../ports/tracing.ts';

/** Jaeger's `model/json.KeyValue`. Values beyond 2^53 never occur: sizes and counts are smaller. */
export interface JaegerTag {
  readonly key: string;
  readonly type: 'string' | 'bool' | 'int64' | 'float64';
  readonly value: string | number | boolean;
}

/**
 * The attributes, then what OpenTelemetry keeps beside them: kind and status, under the names of its
 * specification "Transformation to non-OTLP formats" (`span.kind`, `otel.status_code`,
 * `otel.status_description`), and `error`, which Jaeger's UI and Grafana mark red.
 */
export function spanTags(span: StoredSpan): readonly JaegerTag[] {
  const tags = [...tagsOf(span.attributes), stringTag('span.kind', span.kind)];
  if (span.error === null) return tags;
  tags.push({ key: 'error', type: 'bool', value: true }, stringTag('otel.status_code', 'ERROR'));
  const description = statusDescription(span.error, span.attributes['error.type']);
  if (description !== '') tags.push(stringTag('otel.status_description', description));
  return tags;
}

export function tagsOf(attributes: SpanAttributes): JaegerTag[] {
  return Object.entries(attributes).map(([key, value]) => tagOf(key, value));
}

export function stringTag(key: string, value: string): JaegerTag {
  return { key, type: 'string', value };
}

function tagOf(key: string, value: SpanAttributes[string]): JaegerTag {
  switch (typeof value) {
    case 'string':
      return stringTag(key, value);
    case 'boolean':
      return { key, type: 'bool', value };
    case 'number':
      return { key, type: Number.isInteger(value) ? 'int64' : 'float64', value };
    default:
      // Jaeger has no lists; OpenTelemetry writes them as JSON for it.
      return stringTag(key, JSON.stringify(value));
  }
}

/** A stored error is `error.type: message`; the type has a tag of its own already. */
function statusDescription(error: string, type: SpanAttributes[string] | undefined): string {
  if (typeof type !== 'string') return error;
  if (error === type) return '';
  return error.startsWith(`${type}: `) ? error.slice(type.length + 2) : error;
}
