// Metrics as Prometheus text, for `GET /metrics`: collected when asked, never on a port of its own.
import { diag } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import type { IMetricReader, MetricData, ResourceMetrics } from '@opentelemetry/sdk-metrics';

export interface PrometheusText {
  /** To be handed to the meter provider. */
  readonly reader: IMetricReader;
  /** The present state of all metrics; rejects once the provider is shut down. */
  collect(): Promise<string>;
}

export function createPrometheusText(): PrometheusText {
  const reader = new PrometheusExporter({ preventServerStart: true });
  const serializer = new PrometheusSerializer('', false, undefined, false, true);
  return {
    reader,
    async collect() {
      const { resourceMetrics, errors } = await reader.collect();
      for (const error of errors) diag.warn('A metric could not be observed', error);
      return serializer.serialize(withUnitsInNames(resourceMetrics));
    },
  };
}

/** OpenTelemetry keeps units out of names, Prometheus puts them in; the serializer leaves that to us. */
function withUnitsInNames(all: ResourceMetrics): ResourceMetrics {
  return {
    ...all,
    scopeMetrics: all.scopeMetrics.map((scope) => ({
      ...scope,
      metrics: scope.metrics.map(withUnitInName),
    })),
  };
}

function withUnitInName<Metric extends MetricData>(metric: Metric): Metric {
  const { unit, name } = metric.descriptor;
  const word = UNIT_WORDS.get(unit);
  const descriptor = {
    ...metric.descriptor,
    name: word === undefined ? name : `${name}_${word}`,
    // `# UNIT` belongs to OpenMetrics; in the plain text format it would be a stray comment.
    unit: '',
  };
  return { ...metric, descriptor };
}

const UNIT_WORDS: ReadonlyMap<string, string> = new Map([
  ['s', 'seconds'],
  ['By', 'bytes'],
]);
