// Tracing whose spans end up in a list, or in whatever processors are handed in.
import { resourceFromAttributes } from '@opentelemetry/resources';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { createTracing, type SpanSink } from '../../../src/adapters/otel/tracing.ts';
import type { Tracing } from '../../../src/ports/tracing.ts';

export function tracingInto(processors: SpanSink[], sampled = true): Tracing {
  const resource = resourceFromAttributes({});
  const sampling = { begun: () => sampled, wished: () => sampled };
  return createTracing({ resource, scope: { name: 'test' }, processors, sampling });
}

export function tracingIntoList(sampled = true): {
  tracing: Tracing;
  finished: InMemorySpanExporter;
} {
  const finished = new InMemorySpanExporter();
  const simple = new SimpleSpanProcessor({ exporter: finished });
  const tracing = tracingInto([{ onStart() {}, onEnd: (span) => simple.onEnd(span) }], sampled);
  return { tracing, finished };
}
