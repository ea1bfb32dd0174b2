// The nearest tier: this process's memory, asked before any other. Hands out the very bytes that
// were stored, without a copy.
import { LRUCache } from 'lru-cache';
import type { Blocks, Clock } from '../ports/runtime.ts';
import type { Evicted, Tier } from '../ports/tier.ts';
import { createOutlivedEntries, type HeldEntry } from './outlived-entries.ts';

/**
 * Bytes that an entry costs besides its value and key: slots in the map and in the LRU's lists
 * (about 100), the entry object (48), the typed array and its buffer with their off-heap
 * bookkeeping (about 250), rounded up. Without it, a million empty entries would count as nothing.
 */
const ENTRY_OVERHEAD_BYTES = 512;

interface MemoryEntry extends HeldEntry {
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
  // What many read at once is in memory for as long as any of them holds it, if there is room or not.
  const outlived = createOutlivedEntries(blocks);
  const entries = new LRUCache<string, MemoryEntry>({
    maxSize: maxBytes,
    dispose(entry, key, reason) {
      const { bytes, lentBytes: lent } = entry;
      const size = sizeOf(key, bytes);
      blocks.release(bytes);
      lentBytes -= lent;
      if (reason !== 'evict') return;
      outlived.add(key, entry);
      evicted = { entries: evicted.entries + 1, bytes: evicted.bytes + size };
    },
  });
  return {
    name: 'memory',
    lookup(key) {
      const entry = hold(key);
      if (entry === null) return { kind: 'miss' };
      return { kind: 'hit', bytes: entry.bytes, expiresAt: entry.expiresAt };
    },
    lookupPart(key, from, to) {
      const entry = hold(key);
      if (entry === null) return { kind: 'miss' };
      const { bytes: within, expiresAt } = entry;
      const size = within.byteLength;
      if (to > size) {
        blocks.release(within);
        return { kind: 'miss' };
      }
      return { kind: 'hit', bytes: within.subarray(from, to), within, size, expiresAt };
    },
    async store(key, bytes, expiresAt) {
      const size = sizeOf(key, bytes);
      outlived.remove(key);
      if (size > maxBytes) {
        entries.delete(key);
        outlived.add(key, { bytes, expiresAt });
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
      outlived.remove(key);
      return true;
    },
    usage: () => ({ bytes: entries.calculatedSize, maxBytes, entries: entries.size }),
  };

  function giveWay(): void {
    const room = (): number => Math.max(leastBytes, maxBytes - (blocks.lent() - lentBytes));
    while (entries.calculatedSize > room()) entries.pop();
  }

  /** The entry, held for whoever asked. */
  function hold(key: string): HeldEntry | null {
    const kept = entries.get(key);
    if (kept !== undefined) blocks.hold(kept.bytes);
    const entry = kept ?? outlived.hold(key);
    if (entry === null || entry.expiresAt === null || entry.expiresAt > clock.now()) return entry;
    blocks.release(entry.bytes);
    entries.delete(key);
    outlived.remove(key);
    return null;
  }
}

const NONE: Evicted = { entries: 0, bytes: 0 };

/** A key may hold two-byte characters. */
function sizeOf(key: string, bytes: Uint8Array): number {
  return bytes.byteLength + 2 * key.length + ENTRY_OVERHEAD_BYTES;
}
