// The books of a disk tier, opened for the one process that keeps them: folder locked, books rebuilt.
import { mkdir } from 'node:fs/promises';
import type { Clock } from '../../ports/runtime.ts';
import type { BookKeeper } from './books.ts';
import { openEntryFiles } from './entry-files.ts';
import { keepBooks } from './keep-books.ts';
import { lockFolder } from './owner-lock.ts';
import { openRecordFiles } from './record-files.ts';
import { survey } from './survey.ts';

export interface DiskBooksOptions {
  /** The tier's folder, made when absent; belongs to the tier alone. */
  readonly path: string;
  /** Bound on the blocks of all that lies in the folder. */
  readonly maxBytes: number;
  readonly clock: Clock;
}

/**
 * Opens the folder; rejects when another process owns it or it can't be used. When it resolves,
 * the folder is within `maxBytes`, and nothing half-written is left in it: so it has to, before any
 * other process opens the tier.
 */
export async function openDiskBooks({
  path,
  maxBytes,
  clock,
}: DiskBooksOptions): Promise<BookKeeper> {
  await mkdir(path, { recursive: true });
  const unlock = await lockFolder(path);
  try {
    const files = await openEntryFiles(path, 'keeper');
    const recordFiles = await openRecordFiles(path);
    const keeper = await keepBooks({
      files,
      recordFiles,
      survey: (index) => survey(path, index),
      maxBytes,
      clock,
    });
    return {
      ...keeper,
      async close() {
        await keeper.close();
        await unlock().catch(() => {});
      },
    };
  } catch (cause) {
    await unlock();
    throw cause;
  }
}
