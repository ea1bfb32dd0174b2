// A tier in a Map that takes turns, forgets the oldest when it is full, and breaks when it is told to.
import type { Blocks, Clock } from '../../../src/ports/runtime.ts';
import type { Tier, TierLookup, TierName } from '../../../src/ports/tier.ts';
import type { Turns } from './turns.ts';

export interface FakeTier extends Tier {
  readonly entries: Map<string, Uint8Array>;
  /** Never fails. */
  readonly steady: boolean;
}

export interface FakeTierOptions {
  readonly name: TierName;
  /** Bytes of values; what is larger is refused. */
  readonly maxBytes?: number;
  /** The share of calls that fail. */
  readonly failing?: number;
  /** Takes everything and finds nothing. */
  readonly forgetful?: boolean;
  /** Without it every call settles at once. */
  readonly turns?: Turns;
  /** What it reads into, as a disk does, keeping copies; without it it hands out what it was given. */
  readonly blocks?: Blocks;
  /** Without it nothing expires. */
  readonly clock?: Clock;
}

type Unfound = Exclude<TierLookup, { kind: 'hit' }>;

export function createFakeTier(options: FakeTierOptions): FakeTier {
  const {
    name,
    maxBytes = Infinity,
    failing = 0,
    forgetful = false,
    turns,
    clock,
    blocks,
  } = options;
  const entries = new Map<string, Uint8Array>();
  const expiries = new Map<string, number | null>();
  const used = (): number => [...entries.values()].reduce((sum, bytes) => sum + bytes.length, 0);
  const broken = async (): Promise<boolean> => {
    await turns?.turn('tier');
    return turns ? turns.chance(failing) : failing === 1;
  };
  const failed = { kind: 'failed', cause: new Error('the tier is broken') } as const;

  /** The entry, or the answer when there is none; now the one that was used last. */
  async function find(key: string): Promise<Uint8Array | Unfound> {
    if (await broken()) return failed;
    const bytes = entries.get(key);
    const expiresAt = expiries.get(key) ?? null;
    if (!bytes || forgetful || (clock && expiresAt !== null && expiresAt <= clock.now())) {
      return { kind: 'miss' };
    }
    entries.delete(key);
    entries.set(key, bytes);
    return bytes;
  }

  /** As a disk reads, where there is memory to read into. */
  function read(bytes: Uint8Array): Uint8Array {
    const lent = blocks?.lend(bytes.length);
    lent?.set(bytes);
    return lent ?? bytes;
  }

  return {
    name,
    entries,
    steady: failing === 0,
    async lookup(key) {
      const found = await find(key);
      if ('kind' in found) return found;
      return { kind: 'hit', bytes: read(found), expiresAt: expiries.get(key) ?? null };
    },
    async lookupPart(key, from, to) {
      const found = await find(key);
      if ('kind' in found) return found;
      const size = found.length;
      if (to > size) return { kind: 'miss' };
      const expiresAt = expiries.get(key) ?? null;
      if (!blocks) {
        return { kind: 'hit', bytes: found.subarray(from, to), within: found, size, expiresAt };
      }
      const bytes = read(found.subarray(from, to));
      return { kind: 'hit', bytes, within: bytes, size, expiresAt };
    },
    async store(key, bytes, expiresAt) {
      if (await broken()) return failed;
      entries.delete(key);
      if (bytes.length > maxBytes) return { kind: 'refused', reason: 'too-large' };
      entries.set(key, blocks ? bytes.slice() : bytes);
      expiries.set(key, expiresAt);
      const evicted = { entries: 0, bytes: 0 };
      for (const [oldest, old] of entries) {
        if (used() <= maxBytes) break;
        entries.delete(oldest);
        evicted.entries += 1;
        evicted.bytes += old.length;
      }
      return { kind: 'stored', evicted };
    },
    async remove(key) {
      if (await broken()) return false;
      entries.delete(key);
      return true;
    },
    usage: () => ({ bytes: used(), maxBytes, entries: entries.size }),
  };
}
