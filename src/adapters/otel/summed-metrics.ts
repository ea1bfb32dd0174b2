// The metrics of several processes added up, as one source of metrics beside the SDK's own: each series
// once, and none ever goes back, for what a process has told stays when it is gone.
import { ValueType } from '@opentelemetry/api';
import { millisToHrTime } from '@opentelemetry/core';
import { emptyResource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type MetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';
import type { Clock } from '../../ports/runtime.ts';
import type { Grown, GrownBuckets, MetricNews } from './metric-news.ts';
import { MAX_SERIES, OVERFLOW } from './series.ts';
import { SERVICE } from './service.ts';

export interface SummedMetrics {
  /** To be handed to readers. */
  readonly producer: MetricProducer;
  add(news: readonly MetricNews[]): void;
}

export interface SummedMetricsOptions {
  /** Runs before anybody is told: adds what has not been added yet. */
  readonly catchUp?: () => void;
  /** Whether each time only what has been added since the last one is told; all of it unless given. */
  readonly isDelta?: boolean;
}

export function createSummedMetrics(
  version: string,
  clock: Clock,
  { catchUp = () => {}, isDelta = false }: SummedMetricsOptions = {},
): SummedMetrics {
  let startedAt = clock.now();
  // By name, in order of arrival.
  const metrics = new Map<string, Summed>();

  function add(news: readonly MetricNews[]): void {
    for (const told of news) {
      const { name } = told.metric;
      const known = metrics.get(name) ?? emptySum(told);
      metrics.set(name, known);
      addTo(known, told);
    }
  }

  return {
    add,
    producer: {
      collect() {
        catchUp();
        const times = [startedAt, clock.now()] as const;
        const scope = { name: SERVICE, version };
        const data = [...metrics.values()].map((summed) => metricData(summed, times, isDelta));
        const scopeMetrics = [{ scope, metrics: data }];
        if (isDelta) {
          metrics.clear();
          startedAt = clock.now();
        }
        return Promise.resolve({
          resourceMetrics: { resource: emptyResource(), scopeMetrics },
          errors: [],
        });
      },
    },
  };
}

type Summed =
  | { readonly kind: 'counter'; readonly news: MetricNews; readonly series: Sums<number> }
  | { readonly kind: 'histogram'; readonly news: MetricNews; readonly series: Sums<GrownBuckets> };

type Sums<Value> = Map<string, Grown<Value>>;

function emptySum(news: MetricNews): Summed {
  return { kind: news.kind, news: { ...news, series: [] }, series: new Map() };
}

/** All processes run one program: under one name they have one kind, and the same bounds. */
function addTo(summed: Summed, news: MetricNews): void {
  if (summed.kind === 'counter' && news.kind === 'counter') {
    addSeries(summed.series, news.series, (one, other) => one + other);
  } else if (summed.kind === 'histogram' && news.kind === 'histogram') {
    addSeries(summed.series, news.series, addBuckets);
  }
}

function addSeries<Value>(
  sums: Sums<Value>,
  grown: readonly Grown<Value>[],
  add: (one: Value, other: Value) => Value,
): void {
  for (const { labels, value } of grown) {
    const own = JSON.stringify(Object.entries(labels));
    const isFull = sums.size >= MAX_SERIES && !sums.has(own);
    const key = isFull ? '' : own;
    const known = sums.get(key);
    const added = known === undefined ? value : add(known.value, value);
    sums.set(key, { labels: known?.labels ?? (isFull ? OVERFLOW : labels), value: added });
  }
}

function addBuckets(one: GrownBuckets, other: GrownBuckets): GrownBuckets {
  return {
    bounds: one.bounds,
    counts: one.counts.map((count, at) => count + (other.counts[at] ?? 0)),
    sum: one.sum + other.sum,
    count: one.count + other.count,
  };
}

type Times = readonly [startedAt: number, now: number];

function metricData(summed: Summed, times: Times, isDelta: boolean): MetricData {
  const common = {
    descriptor: { ...summed.news.metric, valueType: ValueType.DOUBLE },
    aggregationTemporality: isDelta
      ? AggregationTemporality.DELTA
      : AggregationTemporality.CUMULATIVE,
  };
  if (summed.kind === 'counter') {
    const dataPoints = pointsOf(summed.series, times, (value) => value);
    return { ...common, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints };
  }
  const dataPoints = pointsOf(summed.series, times, ({ bounds, counts, sum, count }) => ({
    buckets: { boundaries: [...bounds], counts: [...counts] },
    sum,
    count,
  }));
  return { ...common, dataPointType: DataPointType.HISTOGRAM, dataPoints };
}

function pointsOf<Value, Shown>(
  series: Sums<Value>,
  [startedAt, now]: Times,
  shown: (value: Value) => Shown,
): DataPoint<Shown>[] {
  return [...series.values()].map(({ labels, value }) => ({
    startTime: millisToHrTime(startedAt),
    endTime: millisToHrTime(now),
    attributes: labels,
    value: shown(value),
  }));
}
