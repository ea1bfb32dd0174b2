// Whether an origin's stores can read ranges. Most can't (Ceph, Swift and S3 answer 400 to any
// Range), so what was seen is remembered per region and list of stores.
import { createBoundedMap } from './bounded-map.ts';

export type RangeAbility = 'yes' | 'no' | 'unknown';

export interface RangeAbilities {
  of(region: string, stores: string): RangeAbility;
  learn(region: string, stores: string, ability: 'yes' | 'no'): void;
}

/** Regions times combinations of stores: a handful; the bound keeps odd records from growing it. */
const MAX_COMBINATIONS = 1_000;

export function createRangeAbilities(): RangeAbilities {
  const known = createBoundedMap<'yes' | 'no'>(MAX_COMBINATIONS);
  const key = (region: string, stores: string): string => JSON.stringify([region, stores]);
  return {
    of: (region, stores) => known.get(key(region, stores)) ?? 'unknown',
    learn: (region, stores, ability) => known.set(key(region, stores), ability),
  };
}
