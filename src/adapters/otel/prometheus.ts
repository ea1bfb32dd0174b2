// Metrics as text for `GET /metrics`, in Prometheus's own format or as OpenMetrics: collected when
// asked, never on a port of its own.
import { diag } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type {
  IMetricReader,
  MetricData,
  MetricProducer,
  ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import type { Exemplars } from './exemplars.ts';
import { plainLabels, unitWord } from './metric-names.ts';
import { wantsOpenMetrics } from './metrics-format.ts';
import { OPEN_METRICS, openMetricsText } from './open-metrics.ts';

export interface PrometheusText {
  /** To be handed to the meter provider. */
  readonly reader: IMetricReader;
  /** The present state of all metrics; rejects once the provider is shut down. */
  collect(accept: string | null): Promise<MetricsText>;
}

export interface MetricsText {
  readonly body: string;
  readonly contentType: string;
}

/**
 * @param exemplars of the histograms that have them, by the name of their metric
 * @param producers of metrics besides those of the meter provider
 */
export function createPrometheusText(
  exemplars: ReadonlyMap<string, Exemplars> = new Map(),
  producers: readonly MetricProducer[] = [],
): PrometheusText {
  const metricProducers = [...producers];
  const reader = new PrometheusExporter({ preventServerStart: true, metricProducers });
  const serializer = new PrometheusSerializer('', false, undefined, false, true);
  return {
    reader,
    async collect(accept) {
      const { resourceMetrics, errors } = await reader.collect();
      for (const error of errors) diag.warn('A metric could not be observed', error);
      if (wantsOpenMetrics(accept)) {
        return { body: openMetricsText(resourceMetrics, exemplars), contentType: OPEN_METRICS };
      }
      const body = serializer.serialize(inPrometheusNames(resourceMetrics));
      return { body, contentType: PROMETHEUS_TEXT };
    },
  };
}

/** The version of the text format that every Prometheus reads. */
const PROMETHEUS_TEXT = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * OpenTelemetry keeps units out of names, Prometheus puts them in; the serializer leaves that to us, and
 * writes what describes this service under names that are no labels, or the same label twice.
 */
function inPrometheusNames(all: ResourceMetrics): ResourceMetrics {
  return {
    ...all,
    resource: resourceFromAttributes(plainLabels(all.resource.attributes)),
    scopeMetrics: all.scopeMetrics.map((scope) => ({
      ...scope,
      metrics: scope.metrics.map(withUnitInName),
    })),
  };
}

function withUnitInName<Metric extends MetricData>(metric: Metric): Metric {
  const { unit, name } = metric.descriptor;
  const word = unitWord(unit);
  const descriptor = {
    ...metric.descriptor,
    name: word === null ? name : `${name}_${word}`,
    // `# UNIT` belongs to OpenMetrics; in the plain text format it would be a stray comment.
    unit: '',
  };
  return { ...metric, descriptor };
}
