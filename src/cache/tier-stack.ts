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
      for (const [depth, tier] of tiers.entries()) {
        const found = await tier.lookup(key);
        if (found.kind === 'failed') onTrouble(tier.name, 'lookup');
        if (found.kind !== 'hit') continue;
        const { bytes, expiresAt } = found;
        for (const nearer of tiers.slice(0, depth)) {
          background.keep(storeIn(nearer, key, bytes, expiresAt));
        }
        return { kind: 'hit', bytes, expiresAt, tier: tier.name };
      }
      return { kind: 'miss' };
    },

    async store(key, bytes, expiresAt) {
      const stored = await Promise.all(tiers.map((tier) => storeIn(tier, key, bytes, expiresAt)));
      return stored.includes(true);
    },

    async remove(key) {
      await Promise.all(
        tiers.map(async (tier) => {
          if (!(await tier.remove(key))) onTrouble(tier.name, 'remove');
        }),
      );
    },
  };
}
