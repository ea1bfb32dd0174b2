// The disk tier as the gateway opens it: entries and their books, Keyv on top, guarded.
import type { Blocks, Clock, Timers } from '../../ports/runtime.ts';
import type { ClosableTier } from '../closable-tier.ts';
import { type GuardLimits, guardTier, type TierTrouble } from '../guarded-tier.ts';
import { createBytesKeyv } from '../keyv-store.ts';
import { createKeyvTier } from '../keyv-tier.ts';
import type { Books } from './books.ts';
import { createDiskStore } from './disk-store.ts';
import { openEntryFiles } from './entry-files.ts';
import { openDiskBooks } from './open-disk-books.ts';

export const DISK_LIMITS: GuardLimits = {
  // A loaded spinning disk needs a second or two for a chunk; beyond this the origin is faster.
  deadlineMs: 5_000,
  // Node has four threads for files; more calls than this only hold memory while they queue.
  concurrency: 64,
  // One bad sector is no reason to leave the disk alone, a run of failures is.
  failuresToOpen: 5,
  // Long enough to spare a failing disk, short enough to be back soon after a remount.
  openMs: 10_000,
};

/** Closing waits this long for running work: a hung network disk must not hold up a shutdown. */
const CLOSE_DEADLINE_MS = 10_000;

export interface DiskTierOptions {
  /** The tier's folder, made when absent; belongs to the tier alone. */
  readonly path: string;
  /** Bound on the blocks of all that lies in the folder. */
  readonly maxBytes: number;
  readonly blocks: Blocks;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly limits?: GuardLimits;
  readonly onTrouble?: (trouble: TierTrouble) => void;
}

export interface SharedDiskTierOptions extends Omit<DiskTierOptions, 'maxBytes'> {
  /** A desk of the folder's keeper, or a stand-in for one in another process. */
  readonly books: Books;
  /** As the keeper of the books knows this process: see openEntryFiles. */
  readonly writer: string;
}

/**
 * Opens the folder for this process alone; rejects when another process owns it or it can't be used.
 * When it resolves, the folder is within `maxBytes`.
 */
export async function openDiskTier(options: DiskTierOptions): Promise<ClosableTier> {
  const keeper = await openDiskBooks(options);
  const writer = String(process.pid);
  const books = keeper.desk(writer);
  const closeBooks = async () => {
    await books.end();
    await keeper.close();
  };
  try {
    const tier = await openTier({ ...options, books, writer });
    return { ...tier, close: () => settledWithin(tier.close().then(closeBooks), options.timers) };
  } catch (cause) {
    await closeBooks();
    throw cause;
  }
}

/**
 * Opens the folder for one of several processes; the books are kept by whoever `openDiskBooks` has
 * answered. Neither locks nor scans, and reads entries without asking. Closing it leaves the books
 * as they are.
 */
export async function openSharedDiskTier(options: SharedDiskTierOptions): Promise<ClosableTier> {
  const tier = await openTier(options);
  return { ...tier, close: () => settledWithin(tier.close(), options.timers) };
}

async function openTier(options: SharedDiskTierOptions): Promise<ClosableTier> {
  const { path, writer, limits = DISK_LIMITS, onTrouble = () => {} } = options;
  const store = createDiskStore({ ...options, files: await openEntryFiles(path, writer) });
  const bytesKeyv = createBytesKeyv(store);
  const onDamaged = () =>
    onTrouble({ tier: 'disk', kind: 'damaged', operation: 'lookup', cause: null });
  const tier = createKeyvTier({ name: 'disk', bytesKeyv, usage: () => store.usage(), onDamaged });
  return { ...guardTier(tier, { ...options, limits, onTrouble }), close: () => tier.close() };
}

function settledWithin(work: Promise<void>, timers: Timers): Promise<void> {
  return new Promise((resolve) => {
    const cancel = timers.after(CLOSE_DEADLINE_MS, resolve);
    const settled = () => {
      cancel();
      resolve();
    };
    void work.then(settled);
  });
}
