// Metrics that are sent to a collector in intervals, when the OTEL_* variables name one.
import {
  AggregationTemporality,
  type IMetricReader,
  InstrumentType,
  type MetricProducer,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import type { Log } from '../../ports/log.ts';
import { otlpMetricExporter } from './otlp.ts';
import { positiveFromEnv } from './positive-from-env.ts';

/**
 * @param producersOf what there is besides the metrics of the meter provider; told whether the collector
 *   wants to know of durations what has come since the last time, instead of all
 */
export function pushedMetrics(
  log: Log,
  producersOf: (isDelta: boolean) => readonly MetricProducer[],
): readonly IMetricReader[] {
  const exporter = otlpMetricExporter(log);
  if (exporter === null) return [];
  const exportIntervalMillis = positiveFromEnv('OTEL_METRIC_EXPORT_INTERVAL', 60_000);
  const timeout = positiveFromEnv('OTEL_METRIC_EXPORT_TIMEOUT', 30_000);
  const exportTimeoutMillis = Math.min(timeout, exportIntervalMillis);
  const temporality = exporter.selectAggregationTemporality?.(InstrumentType.HISTOGRAM);
  const metricProducers = [...producersOf(temporality === AggregationTemporality.DELTA)];
  return [
    new PeriodicExportingMetricReader({
      exporter,
      exportIntervalMillis,
      exportTimeoutMillis,
      metricProducers,
    }),
  ];
}
