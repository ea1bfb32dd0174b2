// The tiers in order of nearness, seen as one: a lookup goes down until something is found and
// copies it upward, a store goes to all. A broken tier is a slow miss (and counted), never an error.
import type { AtOnce } from '../core/at-once.ts';
import type { TierTry } from '../ports/call.ts';
import type { Background, Blocks, Clock } from '../ports/runtime.ts';
import type { Evicted, Tier, TierLookup, TierName, TierPart } from '../ports/tier.ts';

export type StackLookup =
  | (Extract<TierPart, { kind: 'hit' }> & {
      readonly tier: TierName;
      readonly tries: readonly TierTry[];
    })
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
  /** `within` of a hit is held for whoever asked (see Blocks); here it is all of the entry. */
  lookup(key: string): AtOnce<StackLookup>;
  /**
   * Bytes `from` up to, not including, `to` of an entry; copied upward only where a tier had to read
   * all of it for them. As above, `within` is held.
   */
  lookupPart(key: string, from: number, to: number): AtOnce<StackLookup>;
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

  function asked(tier: Tier, ask: Ask): Asked {
    return { tier, startedAt: clock.now(), answer: ask(tier) };
  }

  function tryOf({ tier, startedAt }: Asked, found: TierPart): TierTry {
    const bytes = found.kind === 'hit' ? found.bytes.length : 0;
    return { tier: tier.name, answer: found.kind, bytes, startedAt, endedAt: clock.now() };
  }

  /** Asks one tier after the other, and copies a hit upward where all of the entry is at hand. */
  function seek(key: string, ask: Ask): AtOnce<StackLookup> {
    const [nearest] = tiers;
    if (nearest === undefined) return { kind: 'miss', tries: [] };
    const first = asked(nearest, ask);
    if (first.answer instanceof Promise) return seekOn(key, ask, first);
    const found = asPart(first.answer);
    if (found.kind !== 'hit') return seekOn(key, ask, first);
    return hitOf(found, nearest, [tryOf(first, found)]);
  }

  async function seekOn(key: string, ask: Ask, first: Asked): Promise<StackLookup> {
    const lookup = { key, overtaken: false };
    const tries: TierTry[] = [];
    lookups.add(lookup);
    try {
      for (const [depth, tier] of tiers.entries()) {
        const one = depth === 0 ? first : asked(tier, ask);
        const found = asPart(await one.answer);
        tries.push(tryOf(one, found));
        if (found.kind === 'failed') onTrouble(tier.name, 'lookup');
        if (found.kind !== 'hit') continue;
        const { within, size, expiresAt } = found;
        const copies = promotes && within.length === size && !lookup.overtaken;
        for (const nearer of copies ? tiers.slice(0, depth) : []) {
          background.keep(promote(nearer, key, within, expiresAt));
        }
        return hitOf(found, tier, tries);
      }
      return { kind: 'miss', tries };
    } finally {
      lookups.delete(lookup);
    }
  }

  return {
    lookup: (key) => seek(key, (tier) => tier.lookup(key)),

    lookupPart: (key, from, to) => seek(key, (tier) => tier.lookupPart(key, from, to)),

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

type Ask = (tier: Tier) => AtOnce<TierLookup | TierPart>;

/** A tier that was asked. */
interface Asked {
  readonly tier: Tier;
  readonly startedAt: number;
  readonly answer: AtOnce<TierLookup | TierPart>;
}

/** The whole is the part that leaves nothing out. */
function asPart(found: TierLookup | TierPart): TierPart {
  if (found.kind !== 'hit' || 'within' in found) return found;
  const { bytes, expiresAt } = found;
  return { kind: 'hit', bytes, within: bytes, size: bytes.length, expiresAt };
}

function hitOf(
  { bytes, within, size, expiresAt }: Extract<TierPart, { kind: 'hit' }>,
  { name: tier }: Tier,
  tries: readonly TierTry[],
): StackLookup {
  return { kind: 'hit', bytes, within, size, expiresAt, tier, tries };
}
