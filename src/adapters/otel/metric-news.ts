// What the metrics of one process have grown by since they were last taken, as plain values: what a
// worker sends to the process that shows them. Gauges are left out; what they say is asked, not added.
import type { Attributes } from '@opentelemetry/api';
import {
  AggregationTemporality,
  DataPointType,
  type IMetricReader,
  type MetricData,
  MetricReader,
} from '@opentelemetry/sdk-metrics';

export interface MetricName {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
}

/** One series of a metric. */
export interface Grown<Value> {
  readonly labels: Attributes;
  readonly value: Value;
}

/** A histogram; without calls it is not told of. */
export interface GrownBuckets {
  /** Upper bounds of all buckets but the last. */
  readonly bounds: readonly number[];
  /** Of each bucket. */
  readonly counts: readonly number[];
  readonly sum: number;
  readonly count: number;
}

export type MetricNews =
  | { readonly kind: 'counter'; readonly metric: MetricName; readonly series: Grown<number>[] }
  | {
      readonly kind: 'histogram';
      readonly metric: MetricName;
      readonly series: Grown<GrownBuckets>[];
    };

export interface TakenMetrics {
  /** To be handed to the meter provider. */
  readonly reader: IMetricReader;
  /** Rejects once the provider is shut down. */
  take(): Promise<readonly MetricNews[]>;
}

/** @param more what has grown besides the metrics of the meter provider */
export function createTakenMetrics(more: () => readonly MetricNews[] = () => []): TakenMetrics {
  const reader = new ReaderOfChanges({
    aggregationTemporalitySelector: () => AggregationTemporality.DELTA,
  });
  return {
    reader,
    async take() {
      const { resourceMetrics } = await reader.collect();
      const grown = resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics.flatMap(newsOf));
      return [...grown, ...more()];
    },
  };
}

/** It is asked, and sends nothing by itself. */
class ReaderOfChanges extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

function newsOf(metric: MetricData): MetricNews[] {
  const { name, description, unit } = metric.descriptor;
  const named = { name, description, unit };
  if (metric.dataPointType === DataPointType.SUM && metric.isMonotonic) {
    const grown = metric.dataPoints.filter(({ value }) => value > 0);
    if (grown.length === 0) return [];
    const series = grown.map(({ attributes, value }) => ({ labels: attributes, value }));
    return [{ kind: 'counter', metric: named, series }];
  }
  if (metric.dataPointType === DataPointType.HISTOGRAM) {
    const grown = metric.dataPoints.filter(({ value }) => value.count > 0);
    if (grown.length === 0) return [];
    const series = grown.map(({ attributes, value: { buckets, sum = 0, count } }) => {
      const value = { bounds: buckets.boundaries, counts: buckets.counts, sum, count };
      return { labels: attributes, value };
    });
    return [{ kind: 'histogram', metric: named, series }];
  }
  return [];
}
