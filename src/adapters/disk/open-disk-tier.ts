// The disk tier as the gateway opens it: folder locked, books rebuilt, Keyv on top, guarded.
import { mkdir } from 'node:fs/promises';
import type { Blocks, Clock, Timers } from '../../ports/runtime.ts';
import type { ClosableTier } from '../closable-tier.ts';
import { type GuardLimits, guardTier, type TierTrouble } from '../guarded-tier.ts';
import { createBytesKeyv } from '../keyv-store.ts';
import { createKeyvTier } from '../keyv-tier.ts';
import { openDiskStore } from './disk-store.ts';
import { openEntryFiles } from './entry-files.ts';
import { lockFolder } from './owner-lock.ts';

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

/**
 * Opens the folder; rejects when another process owns it or it can't be used. When it resolves,
 * the folder is within `maxBytes`.
 */
export async function openDiskTier(options: DiskTierOptions): Promise<ClosableTier> {
  const { path, timers, limits = DISK_LIMITS, onTrouble = () => {} } = options;
  await mkdir(path, { recursive: true });
  const unlock = await lockFolder(path);
  try {
    const store = await openDiskStore({ ...options, files: await openEntryFiles(path) });
    const bytesKeyv = createBytesKeyv(store);
    const onDamaged = () =>
      onTrouble({ tier: 'disk', kind: 'damaged', operation: 'lookup', cause: null });
    const tier = createKeyvTier({ name: 'disk', bytesKeyv, usage: () => store.usage(), onDamaged });
    const guarded = guardTier(tier, { ...options, limits, onTrouble });
    return { ...guarded, close };

    async function close(): Promise<void> {
      await settledWithin(tier.close(), timers);
      await unlock().catch(() => {});
    }
  } catch (cause) {
    await unlock();
    throw cause;
  }
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
