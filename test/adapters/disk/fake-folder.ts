// A disk tier's folder in memory, to be copied at any moment as a kill would leave it.

import type { EntryFiles } from '../../../src/adapters/disk/entry-files.ts';
import { createEntryIndex } from '../../../src/adapters/disk/entry-index.ts';
import { folderOf } from '../../../src/adapters/disk/entry-name.ts';
import type { RecordFiles } from '../../../src/adapters/disk/record-files.ts';
import type { SnapshotHead } from '../../../src/adapters/disk/snapshot.ts';

export interface FakeFolder {
  readonly files: EntryFiles;
  readonly recordFiles: RecordFiles;
  /** Makes or replaces an entry's file. */
  put(name: string, length: number): void;
  lengths(): ReadonlyMap<string, number>;
  /** Names whose files were looked at. */
  inspected(): readonly string[];
  failLogs(fail: boolean): void;
  failRemovals(fail: boolean): void;
  asLeftByKill(): FakeFolder;
}

interface Content {
  readonly entries: ReadonlyMap<string, number>;
  readonly logs: ReadonlyMap<number, readonly string[]>;
  readonly snapshot: (SnapshotHead & { readonly records: readonly Uint32Array[] }) | null;
}

const EMPTY: Content = { entries: new Map(), logs: new Map(), snapshot: null };

/** @param turn each operation takes one, and does its work after it */
export function createFakeFolder(
  turn: () => Promise<unknown> = () => Promise.resolve(),
  left: Content = EMPTY,
): FakeFolder {
  const entries = new Map(left.entries);
  const logs = new Map([...left.logs].map(([number, names]) => [number, [...names]]));
  const inspected: string[] = [];
  const failing = { logs: false, removals: false };
  let { snapshot } = left;

  const notUsed = async (): Promise<never> => {
    throw new Error('not used here');
  };
  const files: EntryFiles = {
    read: notUsed,
    lengthOf: notUsed,
    writePartial: notUsed,
    publish: notUsed,
    discard: notUsed,
    discardPartials: notUsed,
    touch: notUsed,
    removeStray: notUsed,
    removeEmpty: async () => {},
    async unlink(name) {
      entries.delete(name);
    },
    list: async (folder) => [...entries.keys()].filter((name) => folderOf(name) === folder),
    async inspect(_folder, fileName) {
      inspected.push(fileName);
      const length = entries.get(fileName);
      return length === undefined ? null : { fileName, isFile: true, length, usedAt: 1 };
    },
  };
  const recordFiles: RecordFiles = {
    async readSnapshot() {
      if (snapshot === null) return null;
      const index = createEntryIndex();
      for (const records of snapshot.records) index.takeIn(records);
      return { ...snapshot, index };
    },
    async writeSnapshot(index, head) {
      const records: Uint32Array[] = [];
      for (const some of index.records(2)) {
        records.push(some.slice());
        await turn();
      }
      snapshot = { ...head, records };
    },
    logs: async () => [...logs.keys()].toSorted((a, b) => a - b),
    readLog: async (number) => logs.get(number) ?? null,
    async createLog(number) {
      await turn();
      if (failing.logs) throw systemError();
      const log: string[] = [];
      logs.set(number, log);
      return {
        async append(names) {
          await turn();
          if (failing.logs) throw systemError();
          log.push(...names);
        },
        close: async () => {},
      };
    },
    async removeLogsBefore(number) {
      await turn();
      for (const old of logs.keys()) if (old < number) logs.delete(old);
    },
    async removeAll() {
      if (failing.removals) throw systemError();
      snapshot = null;
      await turn();
      logs.clear();
    },
  };
  return {
    files,
    recordFiles,
    put: (name, length) => void entries.set(name, length),
    lengths: () => entries,
    inspected: () => inspected,
    failLogs(fail) {
      failing.logs = fail;
    },
    failRemovals(fail) {
      failing.removals = fail;
    },
    asLeftByKill: () => createFakeFolder(undefined, { entries, logs, snapshot }),
  };
}

function systemError(): Error {
  return Object.assign(new Error('EIO'), { code: 'EIO' });
}
