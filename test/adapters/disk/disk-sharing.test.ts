// Several processes at one folder: what one of them leaves behind when it dies, and the limit.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { BookKeeper, Desk } from '../../../src/adapters/disk/books.ts';
import { createDiskStore, type DiskStore } from '../../../src/adapters/disk/disk-store.ts';
import { type EntryFiles, openEntryFiles } from '../../../src/adapters/disk/entry-files.ts';
import { keepBooks } from '../../../src/adapters/disk/keep-books.ts';
import { openRecordFiles, type RecordFiles } from '../../../src/adapters/disk/record-files.ts';
import { plainBlocks } from '../../../src/adapters/plain-runtime.ts';
import { createManualClock, patternBytes } from '../../contract/tier-harness.ts';
import { booksByMessage } from './books-by-message.ts';
import { diskUse, entryFilesIn, makeFolder, removeFolder } from './folder.ts';

const MIB = 1024 * 1024;
const NAME = '0123456789abcdef0123456789abcdef';

let path: string;
let keeper: BookKeeper;
let files: EntryFiles;
let recordFiles: RecordFiles;
const clock = createManualClock();

beforeEach(async () => {
  path = await makeFolder();
  files = await openEntryFiles(path, 'keeper');
  recordFiles = await openRecordFiles(path);
  keeper = await keepBooks({ files, recordFiles, survey: async () => {}, maxBytes: MIB, clock });
});

afterEach(async () => {
  await keeper.close();
  await removeFolder(path);
});

test('a dead process gives back what it had reserved, and leaves no partial files', async () => {
  const [dying, living] = [keeper.desk('11'), keeper.desk('1')];
  const empty = keeper.usage();
  const own = await openEntryFiles(path, '11');
  const others = await openEntryFiles(path, '1');
  const kept = await others.writePartial([patternBytes(100, 1)]);
  await own.writePartial([patternBytes(100, 1)]);
  for (const end of '1234') await dying.reserve(NAME.replace(/f$/, end), 200_000);
  const waiting = living.reserve(NAME, 600_000);
  await dying.end();
  const { reservation } = await waiting;
  await living.abandon(reservation, 'failed');
  expect(keeper.usage().bytes - empty.bytes).toBe(4096);
  expect(await readdir(join(path, 'partial'))).toEqual([kept]);
  await expect(dying.reserve(NAME, 1)).rejects.toThrow('closed');
});

test('a process that dies while it stands in line for room takes none', async () => {
  const [living, dying] = [keeper.desk('1'), keeper.desk('2')];
  const { reservation } = await living.reserve(NAME, 700_000);
  const before = keeper.usage();
  const waiting = dying.reserve(NAME, 600_000);
  const refused = expect(waiting).rejects.toThrow('gone');
  const ended = dying.end();
  await living.abandon(reservation, 'failed');
  await Promise.all([ended, refused]);
  expect(keeper.usage().bytes).toBeLessThan(before.bytes - 600_000);
});

test('another process’s disk that is full is left alone by all', async () => {
  const [one, two] = [keeper.desk('1'), keeper.desk('2')];
  await one.abandon((await one.reserve(NAME, 1_000)).reservation, 'no-room');
  await expect(two.reserve(NAME, 1_000)).rejects.toMatchObject({ reason: 'full' });
  clock.advance(30_000);
  await two.abandon((await two.reserve(NAME, 1_000)).reservation, 'failed');
});

test('writers in three processes stay within the limit, and the books end up right', async () => {
  const desks = ['1', '2', '3'].map((writer) => keeper.desk(writer));
  const stores = await Promise.all(desks.map((desk, at) => storeOf(desk, String(at + 1))));
  await Promise.all(
    stores.map(async (store, writer) => {
      for (let round = 0; round < 60; round += 1) {
        const key = `${(writer * 5 + round) % 13}`;
        const bytes = patternBytes((round * 7_919 * (writer + 1)) % 150_000, round);
        await store.write(key, bytes, null);
        expect(keeper.usage().bytes).toBeLessThanOrEqual(MIB);
        if (round % 10 === writer) await store.remove(key);
        else await store.read(key);
      }
    }),
  );
  // Folders that the removals left empty go at the next start only.
  for (let key = 0; key < 13; key += 1) {
    await stores[key % 3]?.write(String(key), patternBytes(1_000 * key, key), null);
  }
  for (const store of stores) await store.close();
  for (const desk of desks) await desk.end();
  await keeper.close();
  expect(await diskUse(path)).toBeLessThanOrEqual(MIB);
  const { entries, bytes } = keeper.usage();
  expect(await entryFilesIn(path)).toHaveLength(entries);
  await recordFiles.removeAll();
  const anew = await keepBooks({
    files,
    recordFiles,
    survey: async () => {},
    maxBytes: MIB,
    clock,
  });
  // The files tell the same as the books that were kept along the way.
  expect(anew.usage()).toMatchObject({ entries, bytes });
  await anew.close();
});

async function storeOf(desk: Desk, writer: string): Promise<DiskStore> {
  const own = await openEntryFiles(path, writer);
  return createDiskStore({ files: own, books: booksByMessage(desk), blocks: plainBlocks, clock });
}
