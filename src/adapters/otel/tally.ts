// A counter that costs an addition: warm reads count a dozen things each, and the SDK's own counters make
// a text of all labels every time. The SDK looks at these only when somebody asks.
import type { Attributes, Meter, MetricOptions } from '@opentelemetry/api';

export interface Tally {
  /** Labels in the same order each time. */
  add(value: number, labels: Attributes): void;
}

interface Series {
  readonly labels: Attributes;
  value: number;
}

/** As many series as the SDK takes before it folds the rest into one. */
const MAX_SERIES = 2000;
/** OpenTelemetry's label of that one. */
const OVERFLOW: Attributes = { 'otel.metric.overflow': true };

export function createTally(meter: Meter, name: string, options: MetricOptions): Tally {
  const series = new Map<string, Series>();
  meter.createObservableCounter(name, options).addCallback((observed) => {
    for (const { labels, value } of series.values()) observed.observe(value, labels);
  });

  function begin(key: string, labels: Attributes): Series {
    const isFull = series.size >= MAX_SERIES;
    const known = isFull ? series.get('') : undefined;
    if (known) return known;
    const begun = { labels: isFull ? OVERFLOW : { ...labels }, value: 0 };
    series.set(isFull ? '' : key, begun);
    return begun;
  }

  return {
    add(value, labels) {
      // Zero values make no series: one that has never counted is better not there.
      if (value === 0) return;
      let key = '';
      for (const label in labels) key += `${String(labels[label])}\n`;
      const counted = series.get(key) ?? begin(key, labels);
      counted.value += value;
    },
  };
}
