// A counter that costs an addition: warm reads count a dozen things each, and the SDK's own counters make
// a text of all labels every time. The SDK looks at these only when somebody asks.
import type { Attributes, Meter, MetricOptions } from '@opentelemetry/api';
import { createSeries } from './series.ts';

/** Zero values make no series: one that has never counted is better not there. */
export interface Tally {
  /** Labels in the same order each time. */
  add(value: number, labels: Readonly<Record<string, unknown>>): void;
  /** What adds to the series of these labels, without looking for it each time. */
  bind(labels: Attributes): BoundTally;
}

export interface BoundTally {
  add(value: number): void;
}

export function createTally(meter: Meter, name: string, options: MetricOptions): Tally {
  const series = createSeries(() => ({ value: 0 }));
  meter.createObservableCounter(name, options).addCallback((observed) => {
    for (const { labels, counted } of series.all()) observed.observe(counted.value, labels);
  });
  return {
    add(value, labels) {
      if (value !== 0) series.of(labels as Attributes).value += value;
    },
    bind(labels) {
      let counted: { value: number } | null = null;
      return {
        add(value) {
          if (value === 0) return;
          counted ??= series.of(labels);
          counted.value += value;
        },
      };
    },
  };
}
