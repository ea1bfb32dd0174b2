// The series of one metric by their labels, as many as OpenTelemetry's SDK would have of it.
import type { Attributes } from '@opentelemetry/api';

export interface Series<Counted> {
  /** What is counted under these labels, in this order; the overflow's where there are too many. */
  of(labels: Attributes): Counted;
  /** In the order in which they began. */
  all(): readonly { readonly labels: Attributes; readonly counted: Counted }[];
}

/** As many as the SDK takes before it folds the rest into one. */
export const MAX_SERIES = 2000;
/** OpenTelemetry's label of that one. */
export const OVERFLOW: Attributes = { 'otel.metric.overflow': true };

export function createSeries<Counted>(begun: () => Counted): Series<Counted> {
  const series = new Map<string, { readonly labels: Attributes; readonly counted: Counted }>();

  function begin(key: string, labels: Attributes): Counted {
    const isFull = series.size >= MAX_SERIES;
    const known = isFull ? series.get('') : undefined;
    if (known) return known.counted;
    const counted = begun();
    series.set(isFull ? '' : key, { labels: isFull ? OVERFLOW : { ...labels }, counted });
    return counted;
  }

  return {
    of(labels) {
      let key = '';
      for (const label in labels) key += `${String(labels[label])}\n`;
      return series.get(key)?.counted ?? begin(key, labels);
    },
    all: () => [...series.values()],
  };
}
