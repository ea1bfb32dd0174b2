// The disk store over files that fail or dawdle: order of changes, room, refusals.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDiskStore, type DiskStore } from '../../../src/adapters/disk/disk-store.ts';
import { type EntryFiles, openEntryFiles } from '../../../src/adapters/disk/entry-files.ts';
import { keepBooks } from '../../../src/adapters/disk/keep-books.ts';
import { openRecordFiles } from '../../../src/adapters/disk/record-files.ts';
import { plainBlocks } from '../../../src/adapters/plain-runtime.ts';
import { createManualClock, type ManualClock, patternBytes } from '../../contract/tier-harness.ts';
import { entryFilesIn, makeFolder, removeFolder } from './folder.ts';

let path: string;
let clock: ManualClock;
let real: EntryFiles;

beforeEach(async () => {
  path = await makeFolder();
  clock = createManualClock();
  real = await openEntryFiles(path, 'test');
});

afterEach(async () => {
  await removeFolder(path);
});

test('a slow earlier store does not replace a later one', async () => {
  const held = Promise.withResolvers<void>();
  let writes = 0;
  const store = await openStore({
    async writePartial(parts) {
      writes += 1;
      if (writes === 1) await held.promise;
      return real.writePartial(parts);
    },
  });
  const slow = store.write('key', patternBytes(10, 1), null);
  await store.write('key', patternBytes(20, 2), null);
  held.resolve();
  await slow;
  expect((await store.read('key'))?.bytes.byteLength).toBe(20);
  await store.close();
});

test('a removal holds against a store that was under way, however late that ends', async () => {
  const held = Promise.withResolvers<void>();
  const store = await openStore({
    async publish(partial, name) {
      await real.publish(partial, name);
      await held.promise;
    },
  });
  const slow = store.write('key', patternBytes(10, 1), null);
  const removed = store.remove('key');
  held.resolve();
  await Promise.all([slow, removed]);
  expect(await store.read('key')).toBeNull();
  await store.close();
  expect(await entryFilesIn(path)).toEqual([]);
  expect(store.usage().entries).toBe(0);
});

test.each(['ENOSPC', 'EDQUOT', 'EFBIG'])('%s refuses without trying for a while', async (code) => {
  let writes = 0;
  const store = await openStore({
    async writePartial() {
      writes += 1;
      throw systemError(code);
    },
  });
  const refusal = { name: 'StoreRefused', reason: 'full' };
  await expect(store.write('a', patternBytes(10, 1), null)).rejects.toMatchObject(refusal);
  await expect(store.write('b', patternBytes(10, 1), null)).rejects.toMatchObject(refusal);
  expect(writes).toBe(1);
  clock.advance(30_000);
  await expect(store.write('c', patternBytes(10, 1), null)).rejects.toMatchObject(refusal);
  expect(writes).toBe(2);
  await store.close();
});

test('a store that failed gives its room back and leaves no older value', async () => {
  let broken = false;
  const store = await openStore({
    async publish(partial, name) {
      if (broken) throw systemError('EIO');
      return real.publish(partial, name);
    },
  });
  await store.write('key', patternBytes(10, 1), null);
  const before = store.usage().bytes;
  broken = true;
  await expect(store.write('key', patternBytes(9_000, 2), null)).rejects.toThrow('EIO');
  expect(await store.read('key')).toBeNull();
  expect(store.usage().bytes).toBeLessThan(before);
  await store.close();
  expect(await entryFilesIn(path)).toEqual([]);
});

test('a part of an entry that a shorter one replaces meanwhile is not there', async () => {
  let replace = false;
  const store = await openStore({
    async read(name, position, parts) {
      if (replace) {
        replace = false;
        await store.write('key', patternBytes(10, 2), null);
      }
      return real.read(name, position, parts);
    },
  });
  await store.write('key', patternBytes(9_000, 1), null);
  replace = true;
  expect(await store.readPart('key', 5, 20)).toBeNull();
  expect(await store.readPart('key', 5, 10)).toMatchObject({ size: 10 });
  await store.close();
});

test('files that can’t be removed go on taking room, and stores are refused in the end', async () => {
  const store = await openStore({
    async unlink() {
      throw systemError('EACCES');
    },
  });
  const outcomes = [];
  for (let number = 0; number < 12; number += 1) {
    const write = store.write(`key-${number}`, patternBytes(200_000, number), null);
    outcomes.push(await write.then(() => 'stored', String));
  }
  expect(outcomes.at(-1)).toContain('full');
  expect(store.usage().bytes).toBeLessThanOrEqual(1024 * 1024);
  await expect(store.remove('key-0')).resolves.toBe(false);
  await store.close();
});

test('a hit is noted on disk once a minute at most', async () => {
  let touches = 0;
  const store = await openStore({
    async touch() {
      touches += 1;
    },
  });
  await store.write('key', patternBytes(10, 1), null);
  for (let minute = 0; minute < 3; minute += 1) {
    for (let hit = 0; hit < 5; hit += 1) await store.read('key');
    clock.advance(60_000);
  }
  expect(touches).toBe(2);
  await store.close();
});

test('clearing leaves nothing', async () => {
  const store = await openStore({});
  for (const key of ['a', 'b', 'c']) await store.write(key, patternBytes(10, 1), null);
  await store.clear();
  expect(store.usage().entries).toBe(0);
  expect(await entryFilesIn(path)).toEqual([]);
  await store.close();
});

async function openStore(faults: Partial<EntryFiles>): Promise<DiskStore> {
  const files = { ...real, ...faults };
  const recordFiles = await openRecordFiles(path);
  const keeper = await keepBooks({
    files,
    recordFiles,
    survey: async () => {},
    maxBytes: 1024 * 1024,
    clock,
  });
  const books = keeper.desk('test');
  const store = createDiskStore({ files, books, blocks: plainBlocks, clock });
  return {
    ...store,
    async close() {
      await store.close();
      await books.end();
      await keeper.close();
    },
  };
}

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}
