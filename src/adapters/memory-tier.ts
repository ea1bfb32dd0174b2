// The nearest tier: this process's memory, asked before any other. Hands out the very bytes that
// were stored, without a copy.
import { LRUCache } from 'lru-cache';
import type { Blocks, Clock } from '../ports/runtime.ts';
import type { Evicted, Tier } from '../ports/tier.ts';

/**
 * Bytes that an entry costs besides its value and key: slots in the map and in the LRU's lists
 * (about 100), the entry object (48), the typed array and its buffer with their off-heap
 * bookkeeping (about 250), rounded up. Without it, a million empty entries would count as nothing.
 */
const ENTRY_OVERHEAD_BYTES = 512;

interface MemoryEntry {
  readonly bytes: Uint8Array;
  readonly expiresAt: number | null;
  /** Of its bytes, those that are lent. */
  readonly lentBytes: number;
}

export interface MemoryTierOptions {
  /** Of values, keys and bookkeeping together. */
  readonly maxBytes: number;
  /**
   * Down to so many bytes it gives way to what is lent to others, as if that came out of the same budget;
   * to nobody unless given.
   */
  readonly leastBytes?: number;
  readonly clock: Clock;
  readonly blocks: Blocks;
}

export function createMemoryTier(options: MemoryTierOptions): Tier {
  const { maxBytes, leastBytes = maxBytes, clock, blocks } = options;
  let evicted = NONE;
  let lentBytes = 0;
  const entries = new LRUCache<string, MemoryEntry>({
    maxSize: maxBytes,
    dispose({ bytes, lentBytes: lent }, key, reason) {
      const size = sizeOf(key, bytes);
      blocks.release(bytes);
      lentBytes -= lent;
      if (reason !== 'evict') return;
      evicted = { entries: evicted.entries + 1, bytes: evicted.bytes + size };
    },
  });
  return {
    name: 'memory',
    lookup(key) {
      const entry = find(key);
      if (entry === null) return { kind: 'miss' };
      blocks.hold(entry.bytes);
      return { kind: 'hit', bytes: entry.bytes, expiresAt: entry.expiresAt };
    },
    lookupPart(key, from, to) {
      const entry = find(key);
      if (entry === null || to > entry.bytes.byteLength) return { kind: 'miss' };
      const { bytes: within, expiresAt } = entry;
      blocks.hold(within);
      const size = within.byteLength;
      return { kind: 'hit', bytes: within.subarray(from, to), within, size, expiresAt };
    },
    async store(key, bytes, expiresAt) {
      const size = sizeOf(key, bytes);
      if (size > maxBytes) {
        entries.delete(key);
        return { kind: 'refused', reason: 'too-large' };
      }
      evicted = NONE;
      const lent = blocks.hold(bytes) ? bytes.byteLength : 0;
      lentBytes += lent;
      entries.set(key, { bytes, expiresAt, lentBytes: lent }, { size });
      giveWay();
      return { kind: 'stored', evicted };
    },
    async remove(key) {
      entries.delete(key);
      return true;
    },
    usage: () => ({ bytes: entries.calculatedSize, maxBytes, entries: entries.size }),
  };

  function giveWay(): void {
    const room = (): number => Math.max(leastBytes, maxBytes - (blocks.lent() - lentBytes));
    while (entries.calculatedSize > room()) entries.pop();
  }

  function find(key: string): MemoryEntry | null {
    const entry = entries.get(key);
    if (entry === undefined) return null;
    if (entry.expiresAt === null || entry.expiresAt > clock.now()) return entry;
    entries.delete(key);
    return null;
  }
}

const NONE: Evicted = { entries: 0, bytes: 0 };

/** A key may hold two-byte characters. */
function sizeOf(key: string, bytes: Uint8Array): number {
  return bytes.byteLength + 2 * key.length + ENTRY_OVERHEAD_BYTES;
}
