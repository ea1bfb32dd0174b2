// The last call in each bucket of a histogram, by its trace id: what leads from a graph of durations to
// the trace of a slow one. The SDK has no exemplars of its own.
import type { Attributes } from '@opentelemetry/api';
import { MAX_SERIES } from './series.ts';

export interface Exemplar {
  readonly traceId: string;
  /** In the unit of the histogram. */
  readonly value: number;
  /** Epoch milliseconds. */
  readonly time: number;
}

export interface Exemplars {
  told(labels: Attributes, exemplar: Exemplar): void;
  /** What is told of these labels, without looking for them each time. */
  bind(labels: Attributes): BoundExemplars;
  /** The one in that bucket: above `over`, up to `upTo`; null for none. */
  find(labels: Attributes, over: number, upTo: number): Exemplar | null;
  /** All that were told since they were last taken; they can't be found here any more. */
  take(): readonly ExemplarNews[];
}

export interface BoundExemplars {
  told(exemplar: Exemplar): void;
}

export interface ExemplarNews extends Exemplar {
  readonly labels: Attributes;
}

/** @param bounds upper bounds of the histogram's buckets but the last */
export function createExemplars(bounds: readonly number[]): Exemplars {
  const series = new Map<string, Series>();

  function tell(key: string, labels: Attributes, exemplar: Exemplar): void {
    const known = series.get(key);
    if (known === undefined && series.size >= MAX_SERIES) return;
    const told = known ?? { labels, buckets: [] };
    if (known === undefined) series.set(key, told);
    told.buckets[bucketOf(exemplar.value)] = exemplar;
  }

  return {
    told: (labels, exemplar) => tell(keyOf(labels), labels, exemplar),
    bind(labels) {
      const key = keyOf(labels);
      return { told: (exemplar) => tell(key, labels, exemplar) };
    },
    find(labels, over, upTo) {
      const exemplar = series.get(keyOf(labels))?.buckets[bucketOf(upTo)];
      return exemplar && exemplar.value > over && exemplar.value <= upTo ? exemplar : null;
    },
    take() {
      const taken = [...series.values()].flatMap(({ labels, buckets }) =>
        buckets.flatMap((exemplar) => (exemplar === undefined ? [] : { ...exemplar, labels })),
      );
      series.clear();
      return taken;
    },
  };

  function bucketOf(value: number): number {
    const at = bounds.findIndex((bound) => value <= bound);
    return at === -1 ? bounds.length : at;
  }
}

interface Series {
  readonly labels: Attributes;
  readonly buckets: (Exemplar | undefined)[];
}

/** The SDK hands labels back as they were given, in their order. */
function keyOf(labels: Attributes): string {
  return Object.values(labels).join('\n');
}
