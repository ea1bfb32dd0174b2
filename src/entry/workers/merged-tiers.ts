// How full the tiers are, over several workers: each has a memory of its own, and all share the rest.
import type { MeasuredTier, TierName, TierUsage } from '../../ports/tier.ts';
import type { WorkerReading } from './report.ts';

export interface MergedTiersOptions {
  /** Nearest first. */
  readonly names: readonly TierName[];
  readonly readings: () => readonly WorkerReading[];
  /** Of the disk tiers, nearest first: this process keeps their books. */
  readonly disks: readonly (() => TierUsage)[];
}

export function mergeTiers({ names, readings, disks }: MergedTiersOptions): MeasuredTier[] {
  const ownDisks = disks.values();
  return names.map((name, place) => {
    const keeper = name === 'disk' ? ownDisks.next().value : undefined;
    const told = (): readonly TierUsage[] => readings().flatMap(({ tiers }) => tiers[place] ?? []);
    return { name, usage: keeper ?? (() => merged(name, told())) };
  });
}

const NOTHING: TierUsage = { bytes: 0, maxBytes: null, entries: 0 };

function merged(name: TierName, usages: readonly TierUsage[]): TierUsage {
  if (name !== 'memory') return usages.at(-1) ?? NOTHING;
  return usages.reduce(
    (sum, { bytes, maxBytes, entries }) => ({
      bytes: sum.bytes + bytes,
      maxBytes: maxBytes === null ? sum.maxBytes : (sum.maxBytes ?? 0) + maxBytes,
      entries: sum.entries + entries,
    }),
    NOTHING,
  );
}
