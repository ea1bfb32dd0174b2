// Metrics that are sent to a collector in intervals, when the OTEL_* variables name one.
import {
  type IMetricReader,
  type MetricProducer,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import type { Log } from '../../ports/log.ts';
import { otlpMetricExporter } from './otlp.ts';
import { positiveFromEnv } from './positive-from-env.ts';

/** @param producers of metrics besides those of the meter provider */
export function pushedMetrics(
  log: Log,
  producers: readonly MetricProducer[] = [],
): readonly IMetricReader[] {
  const exporter = otlpMetricExporter(log);
  if (exporter === null) return [];
  const exportIntervalMillis = positiveFromEnv('OTEL_METRIC_EXPORT_INTERVAL', 60_000);
  const timeout = positiveFromEnv('OTEL_METRIC_EXPORT_TIMEOUT', 30_000);
  const exportTimeoutMillis = Math.min(timeout, exportIntervalMillis);
  const metricProducers = [...producers];
  return [
    new PeriodicExportingMetricReader({
      exporter,
      exportIntervalMillis,
      exportTimeoutMillis,
      metricProducers,
    }),
  ];
}
