// Histograms that cost an addition, as tallies do. The SDK can't observe a histogram when it is asked for
// one: what these have counted comes to its readers as a source of metrics beside its own.
import type { Attributes } from '@opentelemetry/api';
import type { GrownBuckets, MetricName, MetricNews } from './metric-news.ts';
import { createSeries, type Series } from './series.ts';

export interface Histograms {
  /** @param bounds upper bounds, inclusive, of all buckets but the last */
  open(metric: MetricName, bounds: readonly number[]): Histogram;
  /** All that was recorded since it was last taken; it is not counted here any more. */
  take(): readonly MetricNews[];
}

export interface Histogram {
  /** What records in the series of these labels. */
  bind(labels: Attributes): BoundHistogram;
}

export interface BoundHistogram {
  record(value: number): void;
}

export function createHistograms(): Histograms {
  const opened: Opened[] = [];
  return {
    open(metric, bounds) {
      const series = createSeries(() => emptyBuckets(bounds));
      opened.push({ metric, bounds, series });
      return {
        bind(labels) {
          let buckets: Buckets | null = null;
          return {
            record(value) {
              buckets ??= series.of(labels);
              addTo(buckets, bounds, value);
            },
          };
        },
      };
    },
    take: () => opened.flatMap(takeFrom),
  };
}

interface Opened {
  readonly metric: MetricName;
  readonly bounds: readonly number[];
  readonly series: Series<Buckets>;
}

interface Buckets {
  readonly counts: number[];
  sum: number;
  count: number;
}

const emptyBuckets = (bounds: readonly number[]): Buckets => ({
  counts: Array.from({ length: bounds.length + 1 }, () => 0),
  sum: 0,
  count: 0,
});

function addTo(buckets: Buckets, bounds: readonly number[], value: number): void {
  let at = 0;
  while (at < bounds.length && value > (bounds[at] ?? Infinity)) at += 1;
  buckets.counts[at] = (buckets.counts[at] ?? 0) + 1;
  buckets.sum += value;
  buckets.count += 1;
}

function takeFrom({ metric, bounds, series }: Opened): MetricNews[] {
  const grown = series.all().filter(({ counted }) => counted.count > 0);
  if (grown.length === 0) return [];
  return [
    {
      kind: 'histogram',
      metric,
      series: grown.map(({ labels, counted }) => ({ labels, value: taken(counted, bounds) })),
    },
  ];
}

function taken(buckets: Buckets, bounds: readonly number[]): GrownBuckets {
  const value = { bounds, counts: [...buckets.counts], sum: buckets.sum, count: buckets.count };
  buckets.counts.fill(0);
  buckets.sum = 0;
  buckets.count = 0;
  return value;
}
