// Entries that a tier had to give up while others still held their bytes: as long as they do, they can
// be found, and cost nobody any memory.
import { LRUCache } from 'lru-cache';
import type { Blocks } from '../ports/runtime.ts';

export interface HeldEntry {
  readonly bytes: Uint8Array;
  readonly expiresAt: number | null;
}

export interface OutlivedEntries {
  /** To be called when the tier has released the bytes. */
  add(key: string, entry: HeldEntry): void;
  /** The entry, held once more for whoever asked; null when nobody holds it any more. */
  hold(key: string): HeldEntry | null;
  remove(key: string): void;
}

/** As chunks of 4 MiB these are 4 GiB: answers hold less. What is forgotten is read again, no more. */
const MOST = 1024;

/** Bytes that are not lent (see Blocks) are not kept: nobody could tell whether they are held. */
export function createOutlivedEntries(blocks: Blocks): OutlivedEntries {
  // Weak, since some holders never release: what they leave behind is the collector's.
  const entries = new LRUCache<
    string,
    { readonly bytes: WeakRef<Uint8Array>; readonly expiresAt: number | null }
  >({ max: MOST });

  return {
    add(key, { bytes, expiresAt }) {
      if (!blocks.hold(bytes)) return;
      blocks.release(bytes);
      entries.set(key, { bytes: new WeakRef(bytes), expiresAt });
    },
    hold(key) {
      const entry = entries.get(key);
      if (entry === undefined) return null;
      const { expiresAt } = entry;
      const bytes = entry.bytes.deref();
      if (bytes !== undefined && blocks.hold(bytes)) return { bytes, expiresAt };
      entries.delete(key);
      return null;
    },
    remove(key) {
      entries.delete(key);
    },
  };
}
