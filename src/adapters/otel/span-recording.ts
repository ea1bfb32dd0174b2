// Where spans go once they have ended: to whoever holds them for the trace page, and, as far as they are
// sampled, to a collector.
import { randomUUID } from 'node:crypto';
import type { Resource } from '@opentelemetry/resources';
import { BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace';
import type { Log } from '../../ports/log.ts';
import type { GivenAttributes, Tracing } from '../../ports/tracing.ts';
import { otlpSpanExporter } from './otlp.ts';
import { positiveFromEnv } from './positive-from-env.ts';
import { createSampling } from './sampling.ts';
import { SERVICE } from './service.ts';
import { createNoopTracing, createTracing, type SpanSink } from './tracing.ts';

export interface RecordedSpansOptions {
  readonly version: string;
  readonly resource: Resource;
  /** Sees every span. */
  readonly holder: SpanSink;
  /** Whether anybody looks at what is held. */
  readonly held: boolean;
  /** Share of traces that are exported, 0 to 1. */
  readonly sample: number;
  /** Base URL of an OTLP/HTTP collector; null leaves it to the OTEL_* variables. */
  readonly otlpEndpoint: string | null;
  readonly log: Log;
}

export interface RecordedSpans {
  readonly tracing: Tracing<GivenAttributes>;
  /** Sends what is left. */
  shutdown(): Promise<void>;
}

export function recordSpans(options: RecordedSpansOptions): RecordedSpans {
  const { version, resource, holder, held, sample, otlpEndpoint, log } = options;
  const exporter = otlpSpanExporter(otlpEndpoint, log);
  // With nobody to look at spans there are none; calls have a trace id all the same.
  if (!held && exporter === null) {
    return { tracing: createNoopTracing({ uuid: randomUUID }), shutdown: () => Promise.resolve() };
  }
  // The holder sees every span; only the sampled ones are exported.
  const batches = exporter && batched(exporter);
  const processors = batches ? [holder, exportedBy(batches)] : [holder];
  return {
    tracing: createTracing({
      resource,
      scope: { name: SERVICE, version },
      processors,
      sampling: createSampling(sample),
    }),
    shutdown: async () => batches?.shutdown(),
  };
}

function exportedBy(batches: BatchSpanProcessor): SpanSink {
  return {
    onStart() {},
    onEnd(span) {
      // It would look itself, at a context that has to be made for it.
      if (span.context.sampled) batches.onEnd(span);
    },
  };
}

/** Queue and batch as the OTEL_BSP_* variables say, else as the specification's defaults do. */
function batched(exporter: SpanExporter): BatchSpanProcessor {
  return new BatchSpanProcessor({
    exporter,
    maxQueueSize: positiveFromEnv('OTEL_BSP_MAX_QUEUE_SIZE', 2048),
    maxExportBatchSize: positiveFromEnv('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', 512),
    scheduledDelayMillis: positiveFromEnv('OTEL_BSP_SCHEDULE_DELAY', 5000),
    exportTimeoutMillis: positiveFromEnv('OTEL_BSP_EXPORT_TIMEOUT', 30_000),
  });
}
