// The OpenTelemetry SDK put together for Node: spans to the trace page and to a collector, metrics
// to /metrics and to a collector. Built once by the entry, before the gateway.
import { randomUUID } from 'node:crypto';
import { type Meter, ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import { getNumberFromEnv } from '@opentelemetry/core';
import {
  defaultResource,
  detectResources,
  type Resource,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceNameEnvDetector,
} from '@opentelemetry/resources';
import {
  type IMetricReader,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BatchSpanProcessor,
  type Sampler,
  SamplingDecision,
  type SpanExporter,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import { ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions';
import type { Log } from '../../ports/log.ts';
import type { TraceStore } from '../../ports/trace-store.ts';
import type { GivenAttributes, Tracing } from '../../ports/tracing.ts';
import { createExemplars, type Exemplars } from './exemplars.ts';
import { CALL_DURATION, DURATION_BUCKETS } from './metrics.ts';
import { otlpMetricExporter, otlpSpanExporter } from './otlp.ts';
import { createPrometheusText, type MetricsText } from './prometheus.ts';
import { createTraceRing } from './ring.ts';
import { createNoopTracing, createTracing } from './tracing.ts';

export interface TelemetrySettings {
  /** Of this program, for `service.version`. */
  readonly version: string;
  /** Traces held for the trace page. */
  readonly keep: number;
  /** Share of new traces that are exported, 0 to 1; the trace page shows them all. */
  readonly sample: number;
  /** Base URL of an OTLP/HTTP collector for spans; null leaves it to the OTEL_* variables. */
  readonly otlpEndpoint: string | null;
  readonly log: Log;
}

export interface Telemetry {
  readonly tracing: Tracing<GivenAttributes>;
  readonly traces: TraceStore;
  readonly meter: Meter;
  /** All metrics as text, in the format that an `Accept` header asks for. */
  readonly metrics: (accept: string | null) => Promise<MetricsText>;
  /** Of the durations of calls: to be handed to the metrics. */
  readonly exemplars: Exemplars;
  /** Sends what is left, for at most `deadlineMs` milliseconds. Never rejects; repeating it is fine. */
  readonly shutdown: (deadlineMs: number) => Promise<void>;
}

export function startTelemetry(settings: TelemetrySettings): Telemetry {
  const resource = describeService(settings.version);
  const ring = createTraceRing({ keep: settings.keep });
  const spanExporter = otlpSpanExporter(settings.otlpEndpoint, settings.log);
  // With nobody to look at spans there are none; calls have a trace id all the same.
  const wanted = settings.keep > 0 || spanExporter !== null;
  // The ring sees every span; only the sampled ones are exported, and a caller's choice is kept.
  const processors = spanExporter ? [ring.processor, batched(spanExporter)] : [ring.processor];
  const ratio = new TraceIdRatioBasedSampler(settings.sample);
  const exemplars = createExemplars(DURATION_BUCKETS);
  const prometheus = createPrometheusText(new Map([[CALL_DURATION, exemplars]]));
  const meters = new MeterProvider({
    resource,
    readers: [prometheus.reader, ...pushedMetrics(settings.log)],
  });

  return {
    tracing: wanted
      ? createTracing({
          resource,
          scope: { name: SERVICE, version: settings.version },
          processors,
          sampled: (traceId) => isSampled(ratio, traceId),
        })
      : createNoopTracing({ uuid: randomUUID }),
    traces: ring.store,
    meter: meters.getMeter(SERVICE, settings.version),
    metrics: (accept) => prometheus.collect(accept),
    exemplars,
    shutdown(deadlineMs) {
      const closing = processors.map((processor) => processor.shutdown());
      return within(deadlineMs, [...closing, meters.shutdown()]);
    },
  };
}

const SERVICE = 'glance-edge';

function isSampled(ratio: Sampler, traceId: string): boolean {
  const { decision } = ratio.shouldSample(ROOT_CONTEXT, traceId, '', SpanKind.SERVER, {}, []);
  return decision === SamplingDecision.RECORD_AND_SAMPLED;
}

/** OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES have the last word. */
function describeService(version: string): Resource {
  return defaultResource()
    .merge(
      resourceFromAttributes({ [ATTR_SERVICE_NAME]: SERVICE, [ATTR_SERVICE_VERSION]: version }),
    )
    .merge(detectResources({ detectors: [resourceAttributesEnvDetector, serviceNameEnvDetector] }));
}

/** Queue and batch as the OTEL_BSP_* variables say, else as the specification's defaults do. */
function batched(exporter: SpanExporter): BatchSpanProcessor {
  return new BatchSpanProcessor({
    exporter,
    maxQueueSize: positive('OTEL_BSP_MAX_QUEUE_SIZE', 2048),
    maxExportBatchSize: positive('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', 512),
    scheduledDelayMillis: positive('OTEL_BSP_SCHEDULE_DELAY', 5000),
    exportTimeoutMillis: positive('OTEL_BSP_EXPORT_TIMEOUT', 30_000),
  });
}

function pushedMetrics(log: Log): IMetricReader[] {
  const exporter = otlpMetricExporter(log);
  if (exporter === null) return [];
  const exportIntervalMillis = positive('OTEL_METRIC_EXPORT_INTERVAL', 60_000);
  const timeout = positive('OTEL_METRIC_EXPORT_TIMEOUT', 30_000);
  const exportTimeoutMillis = Math.min(timeout, exportIntervalMillis);
  return [
    new PeriodicExportingMetricReader({ exporter, exportIntervalMillis, exportTimeoutMillis }),
  ];
}

function positive(variable: string, fallback: number): number {
  const value = getNumberFromEnv(variable);
  return value !== undefined && value > 0 ? value : fallback;
}

async function within(deadlineMs: number, work: readonly Promise<unknown>[]): Promise<void> {
  const deadline = Promise.withResolvers<void>();
  const timer = setTimeout(deadline.resolve, deadlineMs);
  await Promise.race([Promise.allSettled(work), deadline.promise]);
  clearTimeout(timer);
}
