// The books of the disk tier: which entries there are, least recently used first, and how much of
// the folder's limit is taken. Room is found before a byte is written, so the limit is never passed.
import { LRUCache } from 'lru-cache';
import type { Evicted } from '../../ports/tier.ts';
import { StoreRefused } from '../entry-store.ts';
import { folderOf } from './entry-name.ts';

/** What is known of an entry without opening its file; 1 million of them take about 180 MB. */
export interface EntryRecord {
  /** Bytes of the file, header included. */
  readonly length: number;
  /** When the file's time of last use was last written, in minutes since the epoch. */
  usedMinute: number;
}

export interface Space {
  /** The entry, now the most recently used one. */
  find(name: string): EntryRecord | undefined;
  /** The entry, its rank unchanged. */
  peek(name: string): EntryRecord | undefined;
  names(): string[];
  /**
   * Takes room for a file of `length` bytes, removing old entries for it: which it tells. Rejects with
   * StoreRefused.
   * In the order of asking, so that large files don't starve among small ones.
   */
  reserve(name: string, length: number): Promise<Evicted>;
  /** Gives room back that was reserved. */
  release(length: number): void;
  /** Reserved room has become the entry; an earlier file of that name has been replaced. */
  commit(name: string, length: number, usedMinute: number): void;
  /** Takes in an entry found at start-up, as the most recently used one. */
  adopt(name: string, length: number, usedMinute: number): void;
  /** Removes entries until the limit holds. */
  trim(): Promise<void>;
  /** Forgets the entry at once and removes its file; false when the file could not be removed. */
  drop(name: string): Promise<boolean>;
  usage(): { readonly bytes: number; readonly entries: number };
}

/** Disks give out whole blocks; 4 KiB is what ext4 and XFS use unless told otherwise. */
const BLOCK_BYTES = 4096;

/** An ext4 directory's slot for a name of 32 characters is 40 bytes, and half-full after a split. */
const NAME_BYTES = 96;

/** The tier's own three folders, lock and secret, a block each. */
const FIXED_BYTES = 5 * BLOCK_BYTES;

/**
 * @param unlink removes the file of a name unless the books have an entry of that name again.
 */
export function createSpace(options: {
  readonly maxBytes: number;
  readonly unlink: (name: string) => Promise<void>;
}): Space {
  const { maxBytes, unlink } = options;
  const entries = new LRUCache<string, EntryRecord>({ maxSize: Number.MAX_SAFE_INTEGER });
  const folders = new Set<string>();
  let reserved = 0; // being written
  let leaving = 0; // no longer entries, but their files may still be there
  let stuck = 0; // files that could not be removed: they take room until the next start
  let lastReservation: Promise<unknown> = Promise.resolve();
  let changed: () => void = () => {};

  return {
    find: (name) => entries.get(name),
    peek: (name) => entries.peek(name),
    names: () => [...entries.keys()],
    reserve(name, length) {
      const reservation = lastReservation.then(() => take(name, length));
      lastReservation = reservation.catch(() => {});
      return reservation;
    },
    release(length) {
      reserved -= roomFor(length);
      changed();
    },
    commit(name, length, usedMinute) {
      reserved -= roomFor(length);
      insert(name, length, usedMinute);
      changed();
    },
    adopt(name, length, usedMinute) {
      folders.add(folderOf(name));
      insert(name, length, usedMinute);
    },
    async trim() {
      const removals: Promise<boolean>[] = [];
      while (entries.size > 0 && lasting() > maxBytes) removals.push(dropOldest());
      await Promise.all(removals);
    },
    drop,
    usage: () => ({ bytes: lasting() + leaving, entries: entries.size }),
  };

  async function take(name: string, length: number): Promise<Evicted> {
    const folder = folderOf(name);
    const room = roomFor(length) + (folders.has(folder) ? 0 : BLOCK_BYTES);
    if (FIXED_BYTES + folders.size * BLOCK_BYTES + room > maxBytes) {
      throw new StoreRefused('too-large');
    }
    const evicted = { entries: 0, bytes: 0 };
    while (lasting() + leaving + room > maxBytes) {
      if (entries.size > 0 && lasting() + room > maxBytes) {
        const held = entries.calculatedSize;
        void dropOldest();
        evicted.entries += 1;
        evicted.bytes += held - entries.calculatedSize;
      } else if (reserved + leaving > 0) await nextChange();
      else throw new StoreRefused('full');
    }
    folders.add(folder);
    reserved += roomFor(length);
    return evicted;
  }

  /** Only one reservation waits at a time: the others stand in line behind it. */
  function nextChange(): Promise<void> {
    return new Promise((resolve) => {
      changed = resolve;
    });
  }

  function dropOldest(): Promise<boolean> {
    const { value: oldest } = entries.rkeys().next();
    return oldest === undefined ? Promise.resolve(true) : drop(oldest);
  }

  async function drop(name: string): Promise<boolean> {
    const record = entries.peek(name);
    if (record === undefined) return true;
    const room = roomFor(record.length);
    entries.delete(name);
    leaving += room;
    const gone = await unlink(name).then(
      () => true,
      () => false,
    );
    leaving -= room;
    if (!gone) stuck += room;
    changed();
    return gone;
  }

  function insert(name: string, length: number, usedMinute: number): void {
    entries.set(name, { length, usedMinute }, { size: roomFor(length) });
  }

  /** What stays taken when all removals under way are through. */
  function lasting(): number {
    const own = FIXED_BYTES + folders.size * BLOCK_BYTES;
    return own + entries.calculatedSize + reserved + stuck;
  }
}

function roomFor(length: number): number {
  return Math.ceil(length / BLOCK_BYTES) * BLOCK_BYTES + NAME_BYTES;
}
