// The fills under way over several workers. Of one image there is one from the origin; what other workers
// bring of it comes from that one, so that to people they are one fill.
import type { RunningFill } from '../../ports/activity.ts';
import type { WorkerReading } from './report.ts';

/** Oldest first. */
export function mergeFills(readings: readonly WorkerReading[]): readonly RunningFill[] {
  const all = readings.flatMap(({ fills }) => fills);
  const images = Map.groupBy(all, ({ region, imageId }) => `${imageId} ${region}`);
  return [...images.values()].map(asOne).toSorted(byAge);
}

function asOne(fills: readonly RunningFill[]): RunningFill {
  const [first, ...others] = fills.toSorted(byAge);
  if (first === undefined) throw new Error('There is no group without a fill.');
  // Each of the others is itself a reader of the first one.
  const readers = others.reduce((sum, fill) => sum + fill.readers - 1, first.readers);
  return { ...first, readers: Math.max(0, readers) };
}

function byAge(a: RunningFill, b: RunningFill): number {
  return a.startedAt - b.startedAt;
}
