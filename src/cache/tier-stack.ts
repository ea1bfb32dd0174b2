// The tiers in order of nearness, seen as one: a lookup goes down until something is found and
// copies it upward, a store goes to all. A broken tier is a slow miss (and counted), never an error.
import type { Background } from '../ports/runtime.ts';
import type { Tier, TierName } from '../ports/tier.ts';

export type StackLookup =
  | {
      readonly kind: 'hit';
      readonly bytes: Uint8Array;
      readonly expiresAt: number | null;
      readonly tier: TierName;
    }
  | { readonly kind: 'miss' };

export interface TierStack {
  lookup(key: string): Promise<StackLookup>;
  /** True when a tier below memory holds it now: memory may forget it the next moment. */
  store(key: string, bytes: Uint8Array, expiresAt: number | null): Promise<boolean>;
  remove(key: string): Promise<void>;
}

export type TierTrouble = (tier: TierName, operation: 'lookup' | 'store' | 'remove') => void;

export function createTierStack(
  tiers: readonly Tier[],
  background: Background,
  onTrouble: TierTrouble,
): TierStack {
  const lookups = new Set<{ readonly key: string; overtaken: boolean }>();

  /** What a lookup finds from here on may be older than what the tiers are being told. */
  function overtakeLookups(key: string): void {
    for (const lookup of lookups) if (lookup.key === key) lookup.overtaken = true;
  }

  async function storeIn(
    tier: Tier,
    key: string,
    bytes: Uint8Array,
    expiresAt: number | null,
  ): Promise<boolean> {
    const written = await tier.store(key, bytes, expiresAt);
    if (written.kind === 'failed') onTrouble(tier.name, 'store');
    return written.kind === 'stored' && tier.name !== 'memory';
  }

  return {
    async lookup(key) {
      const lookup = { key, overtaken: false };
      lookups.add(lookup);
      try {
        for (const [depth, tier] of tiers.entries()) {
          const found = await tier.lookup(key);
          if (found.kind === 'failed') onTrouble(tier.name, 'lookup');
          if (found.kind !== 'hit') continue;
          const { bytes, expiresAt } = found;
          for (const nearer of lookup.overtaken ? [] : tiers.slice(0, depth)) {
            background.keep(storeIn(nearer, key, bytes, expiresAt));
          }
          return { kind: 'hit', bytes, expiresAt, tier: tier.name };
        }
        return { kind: 'miss' };
      } finally {
        lookups.delete(lookup);
      }
    },

    async store(key, bytes, expiresAt) {
      overtakeLookups(key);
      const stored = await Promise.all(tiers.map((tier) => storeIn(tier, key, bytes, expiresAt)));
      return stored.includes(true);
    },

    async remove(key) {
      overtakeLookups(key);
      await Promise.all(
        tiers.map(async (tier) => {
          if (!(await tier.remove(key))) onTrouble(tier.name, 'remove');
        }),
      );
    },
  };
}
