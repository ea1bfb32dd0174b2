// The seam between a disk tier's entries and its books. Each process that shares a folder reads
// entries by itself; whatever changes the folder's entries is done by the one that keeps the books.
import type { Evicted, TierUsage } from '../../ports/tier.ts';

/**
 * The books of a disk tier's folder, as one process that uses the folder sees them.
 *
 * The process that keeps them (see keep-books.ts) makes every change in the folder of entries: it
 * publishes, replaces and unlinks. The others write files of their own in the folder of partials and
 * ask for the rest, by a stand-in that passes these calls on as messages. All that is handed over
 * and answered is plain data, but for the `isFit` of `removeUnless`.
 *
 * What holds among processes:
 * - The limit: no byte is written before `reserve` has answered.
 * - Changes of one name happen one at a time, and the one that was asked for last wins; asked for
 *   means here the order in which `reserve` and `remove` reach the keeper.
 * - An entry's file is never changed after it was published, so a reader with the file open sees
 *   the whole old entry or the whole new one.
 * - When `remove` has answered, no process can open the old file any more.
 * - A process that dies leaves nothing taken: see Desk.
 */
export interface Books {
  /** What is known here without asking anybody. */
  look(name: string): Known;
  /**
   * Takes room for a file of `length` bytes, header included, that is to become the entry of that
   * name; removes old entries for it. Each reservation is ended by one `publish` or `abandon`.
   *
   * Rejects with StoreRefused; an earlier entry of that name is then gone.
   */
  reserve(name: string, length: number): Promise<Reserved>;
  /**
   * Makes the file the entry that was reserved, unless a change that was asked for later has
   * overtaken it. The file is the keeper's from the call on, whatever comes of it.
   *
   * Rejects when that failed; an earlier entry of that name is then gone.
   *
   * @param partial as `writePartial` has named it, in the process that asks
   */
  publish(reservation: Reservation, partial: string): Promise<void>;
  /** The file was not written; an earlier entry of that name is then gone. */
  abandon(reservation: Reservation, why: Unwritten): Promise<void>;
  /** The entry was served just now. A hint, sent off and forgotten. */
  noteUse(name: string): void;
  /** Whether there was an entry. Rejects when its file could not be deleted. */
  remove(name: string): Promise<boolean>;
  /**
   * Removes an entry in which a reader found a fault, unless `isFit` says on a second look that it
   * is whole: it may have been replaced since. The keeper takes that look while nothing changes the
   * name; a stand-in takes it before it asks, and may so remove an entry that came in between.
   */
  removeUnless(name: string, isFit: () => Promise<boolean>): Promise<void>;
  /** Removes every entry. */
  clear(): Promise<void>;
  /** How full the folder is; in a stand-in as it was told last. */
  usage(): TierUsage;
}

/** Names a reservation between one process and the keeper. */
export type Reservation = number;

export interface Reserved {
  readonly reservation: Reservation;
  /** What had to go for it. */
  readonly evicted: Evicted;
}

export type Known =
  /** There is no such entry: no need to look for its file. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'length'; readonly length: number }
  /** Only the file itself can tell: what a stand-in always answers. */
  | { readonly kind: 'unknown' };

/** Why nothing came of a reservation: the disk had no more room to give, or anything else. */
export type Unwritten = 'no-room' | 'failed';

/** The books as lent to one process by their keeper. */
export interface Desk extends Books {
  /**
   * The process is gone, orderly or not: what it had reserved is free again, its partial files are
   * removed. Never rejects.
   */
  end(): Promise<void>;
}

export interface BookKeeper {
  /**
   * For one process.
   *
   * @param writer what that process names its partial files by: see openEntryFiles
   */
  desk(writer: string): Desk;
  usage(): TierUsage;
  /** Waits for running changes. Desks must have ended. */
  close(): Promise<void>;
}
