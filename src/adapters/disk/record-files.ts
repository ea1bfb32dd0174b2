// The files of the index's record, in a folder of their own beside the entries.
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readBootId } from './boot-id.ts';
import { type ChangeLog, createChangeLog, readChangeLog } from './change-log.ts';
import type { EntryIndex } from './entry-index.ts';
import { readSnapshot, type Snapshot, type SnapshotHead, writeSnapshot } from './snapshot.ts';

export interface RecordFiles {
  /** Null when there is none, or none that is whole. */
  readSnapshot(): Promise<Snapshot | null>;
  /** Puts it in the place of the last one, in one step. */
  writeSnapshot(index: EntryIndex, head: SnapshotHead): Promise<void>;
  /** The numbers of the logs that there are, ascending. */
  logs(): Promise<readonly number[]>;
  /** The names in it; null when it can't be believed. */
  readLog(number: number): Promise<readonly string[] | null>;
  /** In place of any of that number; flushed, it is there after a power cut as well. */
  createLog(number: number, how: 'flushed' | 'unflushed'): Promise<ChangeLog>;
  removeLogsBefore(number: number): Promise<void>;
  /** Snapshot first: without it the logs say nothing. */
  removeAll(): Promise<void>;
}

const SNAPSHOT = 'snapshot';
const LOG_NAME = /^changes\.(\d{1,15})$/;

/** Makes the folder `index` under `path`. */
export async function openRecordFiles(path: string): Promise<RecordFiles> {
  const folder = join(path, 'index');
  const snapshot = join(folder, SNAPSHOT);
  const logAt = (number: number) => join(folder, `changes.${number}`);
  await mkdir(folder, { recursive: true });
  const bootId = await readBootId();

  return {
    readSnapshot: () => readSnapshot(snapshot),
    async writeSnapshot(index, head) {
      await writeSnapshot(snapshot, index, head);
      if (head.closed) await flushFolder(folder);
    },
    logs,
    readLog: (number) => readChangeLog(logAt(number), bootId),
    async createLog(number, how) {
      const log = await createChangeLog(logAt(number), bootId, how);
      if (how === 'flushed') await flushFolder(folder);
      return log;
    },
    async removeLogsBefore(number) {
      for (const log of await logs()) if (log < number) await rm(logAt(log), { force: true });
    },
    async removeAll() {
      await rm(snapshot, { force: true });
      for (const name of await readdir(folder)) {
        await rm(join(folder, name), { recursive: true, force: true });
      }
    },
  };

  async function logs(): Promise<readonly number[]> {
    const numbers = (await readdir(folder)).flatMap((name) => LOG_NAME.exec(name)?.[1] ?? []);
    return numbers.map(Number).toSorted((a, b) => a - b);
  }
}

/** So that a name in it is there after a power cut as well. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
