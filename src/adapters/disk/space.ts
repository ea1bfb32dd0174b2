// How much of the disk tier's limit is taken, and by which entries. Room is found before a byte is
// written, least recently used entries first, so the limit is never passed.
import type { Evicted } from '../../ports/tier.ts';
import { StoreRefused } from '../entry-store.ts';
import { type EntryIndex, type IndexedEntry, LONGEST_ENTRY_BYTES } from './entry-index.ts';
import { folderOf } from './entry-name.ts';
import { BLOCK_BYTES, roomFor } from './room.ts';

export interface Space {
  /**
   * Takes room for a file of `length` bytes, removing old entries for it: which it tells. Rejects with
   * StoreRefused.
   * In the order of asking, so that large files don't starve among small ones.
   */
  reserve(name: string, length: number): Promise<Evicted>;
  /** Gives room back that was reserved. */
  release(length: number): void;
  /** Reserved room has become the entry; an earlier file of that name has been replaced. */
  commit(name: string, entry: IndexedEntry): void;
  /** Removes entries until the limit holds. */
  trim(): Promise<void>;
  /** Forgets the entry at once and removes its file; false when the file could not be removed. */
  drop(name: string): Promise<boolean>;
  usage(): { readonly bytes: number; readonly entries: number };
}

interface SpaceOptions {
  readonly index: EntryIndex;
  readonly maxBytes: number;
  /** What the tier's other files take at most. */
  readonly fixedBytes: number;
  /** Removes the file of a name unless the index has an entry of that name again. */
  readonly unlink: (name: string) => Promise<void>;
}

export function createSpace({ index, maxBytes, fixedBytes, unlink }: SpaceOptions): Space {
  const folders = new Set(index.folders());
  let held = heldBy(index); // by entries
  let reserved = 0; // being written
  let leaving = 0; // no longer entries, but their files may still be there
  let stuck = 0; // files that could not be removed: they take room until the next start
  let lastReservation: Promise<unknown> = Promise.resolve();
  let changed: () => void = () => {};

  return {
    reserve(name, length) {
      const reservation = lastReservation.then(() => take(name, length));
      lastReservation = reservation.catch(() => {});
      return reservation;
    },
    release(length) {
      reserved -= roomFor(length);
      changed();
    },
    commit(name, entry) {
      const replaced = index.get(name);
      if (replaced !== null) held -= roomFor(replaced.length);
      index.put(name, entry);
      reserved -= roomFor(entry.length);
      held += roomFor(entry.length);
      changed();
    },
    async trim() {
      const removals: Promise<boolean>[] = [];
      while (index.size() > 0 && lasting() > maxBytes) removals.push(dropOldest());
      await Promise.all(removals);
    },
    drop,
    usage: () => ({ bytes: lasting() + leaving, entries: index.size() }),
  };

  async function take(name: string, length: number): Promise<Evicted> {
    const folder = folderOf(name);
    const room = roomFor(length) + (folders.has(folder) ? 0 : BLOCK_BYTES);
    const alone = fixedBytes + folders.size * BLOCK_BYTES + room;
    if (alone > maxBytes || length > LONGEST_ENTRY_BYTES) throw new StoreRefused('too-large');
    const evicted = { entries: 0, bytes: 0 };
    while (lasting() + leaving + room > maxBytes) {
      if (index.size() > 0 && lasting() + room > maxBytes) {
        const before = held;
        void dropOldest();
        evicted.entries += 1;
        evicted.bytes += before - held;
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
    const oldest = index.oldest();
    return oldest === null ? Promise.resolve(true) : drop(oldest);
  }

  async function drop(name: string): Promise<boolean> {
    const entry = index.get(name);
    if (entry === null) return true;
    const room = roomFor(entry.length);
    index.remove(name);
    held -= room;
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

  /** What stays taken when all removals under way are through. */
  function lasting(): number {
    return fixedBytes + folders.size * BLOCK_BYTES + held + reserved + stuck;
  }
}

function heldBy(index: EntryIndex): number {
  let bytes = 0;
  for (const length of index.lengths()) bytes += roomFor(length);
  return bytes;
}
