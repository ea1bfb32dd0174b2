// The tiers in order of nearness, seen as one: a lookup goes down until something is found and
// copies it upward, a store goes to all. A broken tier is a slow miss (and counted), never an error.
import type { TierTry } from '../ports/call.ts';
import type { Background, Blocks, Clock } from '../ports/runtime.ts';
import type { Evicted, Tier, TierName } from '../ports/tier.ts';

export type StackLookup =
  | {
      readonly kind: 'hit';
      readonly bytes: Uint8Array;
      readonly expiresAt: number | null;
      readonly tier: TierName;
      readonly tries: readonly TierTry[];
    }
  | { readonly kind: 'miss'; readonly tries: readonly TierTry[] };

/** What became of an entry in each of the tiers. */
export interface StackStore {
  /** True when a tier below memory holds it now: memory may forget it the next moment. */
  readonly below: boolean;
  readonly tiers: readonly TierStored[];
}

export interface TierStored {
  readonly tier: TierName;
  readonly answer: 'stored' | 'refused' | 'failed';
  /** What had to go for it; null when nobody knows. */
  readonly evicted: Evicted | null;
}

export interface TierStack {
  /** A hit's bytes are held for whoever asked (see Blocks). */
  lookup(key: string): Promise<StackLookup>;
  store(key: string, bytes: Uint8Array, expiresAt: number | null): Promise<StackStore>;
  remove(key: string): Promise<void>;
}

export type TierTrouble = (tier: TierName, operation: 'lookup' | 'store' | 'remove') => void;

export interface TierStackOptions {
  /** In the order in which they are asked: nearest first. */
  readonly tiers: readonly Tier[];
  /** Whether what is found is copied to the tiers that were asked before; it is unless this is false. */
  readonly promotes?: boolean;
  readonly background: Background;
  readonly clock: Clock;
  readonly blocks: Blocks;
  readonly onTrouble: TierTrouble;
}

export function createTierStack(options: TierStackOptions): TierStack {
  const { tiers, promotes = true, background, clock, blocks, onTrouble } = options;
  const lookups = new Set<{ readonly key: string; overtaken: boolean }>();

  /** What a lookup finds from here on may be older than what the tiers are being told. */
  function overtakeLookups(key: string): void {
    for (const lookup of lookups) if (lookup.key === key) lookup.overtaken = true;
  }

  /** The bytes stay held while they are being stored, whoever else lets go of them. */
  async function promote(
    tier: Tier,
    key: string,
    bytes: Uint8Array,
    expiresAt: number | null,
  ): Promise<void> {
    blocks.hold(bytes);
    const written = await storeIn(tier, key, bytes, expiresAt);
    // A write that failed for being late may still be under way.
    if (written.answer !== 'failed') blocks.release(bytes);
  }

  async function storeIn(
    tier: Tier,
    key: string,
    bytes: Uint8Array,
    expiresAt: number | null,
  ): Promise<TierStored> {
    const written = await tier.store(key, bytes, expiresAt);
    if (written.kind === 'failed') onTrouble(tier.name, 'store');
    const evicted = written.kind === 'stored' ? written.evicted : null;
    return { tier: tier.name, answer: written.kind, evicted };
  }

  return {
    async lookup(key) {
      const lookup = { key, overtaken: false };
      const tries: TierTry[] = [];
      lookups.add(lookup);
      try {
        for (const [depth, tier] of tiers.entries()) {
          const startedAt = clock.now();
          const found = await tier.lookup(key);
          const bytes = found.kind === 'hit' ? found.bytes.length : 0;
          tries.push({
            tier: tier.name,
            answer: found.kind,
            bytes,
            startedAt,
            endedAt: clock.now(),
          });
          if (found.kind === 'failed') onTrouble(tier.name, 'lookup');
          if (found.kind !== 'hit') continue;
          const { expiresAt } = found;
          for (const nearer of promotes && !lookup.overtaken ? tiers.slice(0, depth) : []) {
            background.keep(promote(nearer, key, found.bytes, expiresAt));
          }
          return { kind: 'hit', bytes: found.bytes, expiresAt, tier: tier.name, tries };
        }
        return { kind: 'miss', tries };
      } finally {
        lookups.delete(lookup);
      }
    },

    async store(key, bytes, expiresAt) {
      overtakeLookups(key);
      const stored = await Promise.all(tiers.map((tier) => storeIn(tier, key, bytes, expiresAt)));
      const below = stored.some(({ tier, answer }) => answer === 'stored' && tier !== 'memory');
      return { below, tiers: stored };
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
