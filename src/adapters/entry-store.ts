// What a store beneath Keyv has to do, and the two answers that have to travel through Keyv as
// errors because its own methods know only true, false and undefined.

import type { Evicted } from '../ports/tier.ts';

export interface StoredEntry {
  readonly bytes: Uint8Array;
  /** Epoch milliseconds; null for never. */
  readonly expiresAt: number | null;
}

/** See `TierPart`. */
export interface StoredPart {
  readonly bytes: Uint8Array;
  readonly within: Uint8Array;
  readonly size: number;
  readonly expiresAt: number | null;
}

/** Storage of entries. Every method rejects when the storage is broken. */
export interface EntryStore {
  /** Null when absent or expired. Rejects with EntryDamaged after having removed what was damaged. */
  read(key: string): Promise<StoredEntry | null>;
  /**
   * Bytes `from` up to, not including, `to` of the entry; null also when it has not got them all.
   * Rejects as `read` does.
   */
  readPart(key: string, from: number, to: number): Promise<StoredPart | null>;
  /**
   * What had to go for it; null when that is not known. Rejects with StoreRefused when there is no
   * room; an earlier entry of that key is then gone.
   */
  write(key: string, bytes: Uint8Array, expiresAt: number | null): Promise<Evicted | null>;
  /** Whether there was an entry. */
  remove(key: string): Promise<boolean>;
  /** Removes every entry. */
  clear(): Promise<void>;
  /** Waits for running work, then lets go of files and connections. */
  close(): Promise<void>;
}

/** No room, or an entry larger than the bound: nobody's fault. */
export class StoreRefused extends Error {
  override readonly name = 'StoreRefused';
  readonly reason: 'full' | 'too-large';

  constructor(reason: 'full' | 'too-large', options?: { cause?: unknown }) {
    super(`The entry was not stored: ${reason}.`, options);
    this.reason = reason;
  }
}

/** What lay there was not what had been stored. */
export class EntryDamaged extends Error {
  override readonly name = 'EntryDamaged';

  constructor(reason: string) {
    super(`A stored entry was damaged (${reason}) and has been removed.`);
  }
}
