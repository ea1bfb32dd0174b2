// Entries' files are read without leaving any of them open.
import { mkdir, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openEntryFiles } from '../../../src/adapters/disk/entry-files.ts';
import { patternBytes } from '../../contract/tier-harness.ts';
import { makeFolder, removeFolder } from './folder.ts';

const NAME = 'ab'.repeat(16);
const UNREADABLE = 'ef'.repeat(16);
const OPEN_FILES = '/proc/self/fd';

let path: string;

beforeEach(async () => {
  path = await makeFolder();
});

afterEach(async () => {
  await removeFolder(path);
});

test('parts are filled from where they were asked for, as far as the file goes', async () => {
  const files = await openFiles(patternBytes(1_000, 1));
  const parts = [new Uint8Array(10), new Uint8Array(100)];
  expect(await files.read(NAME, 50, parts)).toBe(110);
  expect(Buffer.concat(parts)).toEqual(Buffer.from(patternBytes(1_000, 1).subarray(50, 160)));
  expect(await files.read(NAME, 950, parts)).toBe(50);
  expect(await files.read(NAME, 2_000, parts)).toBe(0);
  expect(await files.read('cd'.repeat(16), 0, parts)).toBeNull();
});

test('more parts than the system takes at once are filled all the same', async () => {
  const files = await openFiles(patternBytes(3_000, 1));
  const parts = Array.from({ length: 3_000 }, () => new Uint8Array(1));
  expect(await files.read(NAME, 0, parts)).toBe(3_000);
  expect(Buffer.concat(parts)).toEqual(Buffer.from(patternBytes(3_000, 1)));
});

test.runIf(process.platform === 'linux')('no file stays open, read or not', async () => {
  const files = await openFiles(patternBytes(1_000, 1));
  // It can be opened, but not read.
  await mkdir(join(path, 'entries', UNREADABLE.slice(0, 2), UNREADABLE), { recursive: true });
  const names = Array.from({ length: 50 }, (_, at) => (at % 2 === 0 ? NAME : UNREADABLE));
  const ends = await Promise.allSettled(
    names.map((name) => files.read(name, 0, [new Uint8Array(1_000)])),
  );
  const statuses = ends.map(({ status }) => status);
  expect(statuses).toEqual(names.map((name) => (name === NAME ? 'fulfilled' : 'rejected')));
  await vi.waitFor(async () => expect(await openBelow(path)).toEqual([]));
});

async function openFiles(entry: Uint8Array) {
  const files = await openEntryFiles(path, 'test');
  await files.publish(await files.writePartial([entry]), NAME);
  return files;
}

/** What this process has open in the folder. */
async function openBelow(folder: string): Promise<readonly string[]> {
  const descriptors = await readdir(OPEN_FILES);
  const open = await Promise.all(
    descriptors.map((it) => readlink(join(OPEN_FILES, it)).catch(() => '')),
  );
  return open.filter((it) => it.startsWith(folder));
}
