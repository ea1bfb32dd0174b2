// Metrics as OpenMetrics 1.0 text, which, unlike Prometheus's own, has room for exemplars: the trace of
// a call beside the bucket it fell in.
// https://prometheus.io/docs/specs/om/open_metrics_spec/
import type { Attributes } from '@opentelemetry/api';
import {
  DataPointType,
  type HistogramMetricData,
  type MetricData,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import type { Exemplar, Exemplars } from './exemplars.ts';
import { plainLabels, plainName, textOf, unitWord } from './metric-names.ts';

export const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/** @param exemplars of the histograms, by the name of their metric */
export function openMetricsText(
  { resource, scopeMetrics }: ResourceMetrics,
  exemplars: ReadonlyMap<string, Exemplars>,
): string {
  const families = scopeMetrics
    .flatMap(({ metrics }) => metrics)
    .flatMap((metric) => familyOf(metric, exemplars.get(metric.descriptor.name) ?? null));
  const target = [
    '# TYPE target info',
    sample('target_info', plainLabels(resource.attributes), '1'),
  ];
  return [...target, ...families, '# EOF', ''].join('\n');
}

/** Names and units of one metric, and its samples. */
function familyOf(metric: MetricData, exemplars: Exemplars | null): string[] {
  const { name, unit, description } = metric.descriptor;
  const word = unitWord(unit);
  const family = word === null ? plainName(name) : `${plainName(name)}_${word}`;
  return [
    `# TYPE ${family} ${typeOf(metric)}`,
    ...(word === null ? [] : [`# UNIT ${family} ${word}`]),
    `# HELP ${family} ${escaped(description)}`,
    ...samplesOf(metric, family, exemplars),
  ];
}

function typeOf(metric: MetricData): string {
  switch (metric.dataPointType) {
    case DataPointType.SUM:
      return metric.isMonotonic ? 'counter' : 'gauge';
    case DataPointType.HISTOGRAM:
      return 'histogram';
    default:
      return 'gauge';
  }
}

function samplesOf(metric: MetricData, family: string, exemplars: Exemplars | null): string[] {
  switch (metric.dataPointType) {
    case DataPointType.HISTOGRAM:
      return bucketsOf(metric, family, exemplars);
    case DataPointType.EXPONENTIAL_HISTOGRAM:
      // The format has none, and nothing here makes them.
      return [];
    default: {
      const name = typeOf(metric) === 'counter' ? `${family}_total` : family;
      return metric.dataPoints.map((point) => {
        return sample(name, point.attributes, String(point.value));
      });
    }
  }
}

function bucketsOf(
  metric: HistogramMetricData,
  family: string,
  exemplars: Exemplars | null,
): string[] {
  return metric.dataPoints.flatMap(({ attributes, value }) => {
    const { boundaries, counts } = value.buckets;
    let sum = 0;
    const buckets = counts.map((count, at) => {
      sum += count;
      const [over, upTo] = [boundaries[at - 1] ?? -Infinity, boundaries[at] ?? Infinity];
      const labels = { ...attributes, le: float(upTo) };
      const exemplar = count > 0 ? (exemplars?.find(attributes, over, upTo) ?? null) : null;
      return sample(`${family}_bucket`, labels, String(sum)) + exemplarText(exemplar);
    });
    return [
      ...buckets,
      sample(`${family}_count`, attributes, String(value.count)),
      sample(`${family}_sum`, attributes, String(value.sum ?? 0)),
    ];
  });
}

function exemplarText(exemplar: Exemplar | null): string {
  if (exemplar === null) return '';
  const { traceId, value, time } = exemplar;
  return ` # {trace_id="${traceId}"} ${value} ${(time / 1000).toFixed(3)}`;
}

function sample(name: string, labels: Attributes, value: string): string {
  const pairs = Object.entries(labels).map(([label, text]) => {
    return `${plainName(label)}="${escaped(textOf(text))}"`;
  });
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`;
}

/** Bounds are floats, and are compared as texts. */
function float(bound: number): string {
  if (bound === Infinity) return '+Inf';
  return Number.isInteger(bound) ? `${bound}.0` : String(bound);
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}
