// A tracer of the real SDK whose spans end up in a list, or in whatever processors are handed in.
import {
  AlwaysOnSampler,
  InMemorySpanExporter,
  type Sampler,
  SimpleSpanProcessor,
  type SpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { createTracing } from '../../../src/adapters/otel/tracing.ts';
import type { Tracing } from '../../../src/ports/tracing.ts';

export function tracingInto(
  processors: SpanProcessor[],
  sampler: Sampler = new AlwaysOnSampler(),
): Tracing {
  const provider = new TracerProvider({ spanProcessors: processors, sampler });
  return createTracing(provider.getTracer('test'));
}

export function tracingIntoList(sampler?: Sampler): {
  tracing: Tracing;
  finished: InMemorySpanExporter;
} {
  const finished = new InMemorySpanExporter();
  const tracing = tracingInto([new SimpleSpanProcessor({ exporter: finished })], sampler);
  return { tracing, finished };
}
