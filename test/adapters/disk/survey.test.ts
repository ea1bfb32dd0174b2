// A start without a record on a large folder: what the threads find, and what they leave to the scan.

import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createEntryIndex } from '../../../src/adapters/disk/entry-index.ts';
import { openDiskBooks } from '../../../src/adapters/disk/open-disk-books.ts';
import { survey } from '../../../src/adapters/disk/survey.ts';
import { createManualClock } from '../../contract/tier-harness.ts';
import { entryFilesIn, makeFolder, removeFolder } from './folder.ts';

const NAMES = Array.from(
  { length: 90 },
  (_, number) => `0${number % 2}${String(number).padStart(30, '0')}`,
);

let path: string;

beforeEach(async () => {
  path = await makeFolder();
  for (const folder of ['00', '01', 'ff']) {
    await mkdir(join(path, 'entries', folder), { recursive: true });
  }
  for (const [number, name] of NAMES.entries()) {
    const file = join(path, 'entries', name.slice(0, 2), name);
    await writeFile(file, new Uint8Array(200 + number));
    // Later ones were used longer ago.
    await utimes(file, 2_000 - number, 2_000 - number);
  }
  await writeFile(join(path, 'entries', '00', 'notes.txt'), 'hello');
  await writeFile(join(path, 'entries', '00', `00${'b'.repeat(30)}`), 'too short');
  await writeFile(join(path, 'entries', 'ff', NAMES[0] ?? ''), new Uint8Array(200));
  await mkdir(join(path, 'entries', '00', '0'.repeat(32).replace(/0$/, 'f')));
});

afterEach(async () => {
  await removeFolder(path);
});

test('it finds the entries, their lengths, and their order of use', async () => {
  const index = createEntryIndex();
  await survey(path, index);
  expect([...index.names()]).toEqual(NAMES.toReversed());
  expect(index.get(NAMES[7] ?? '')).toEqual({ length: 207, usedAt: 1_993 });
});

test('a path that holds nothing, or can’t be read, gives nothing', async () => {
  const index = createEntryIndex();
  await survey(join(path, 'elsewhere'), index);
  expect(index.size()).toBe(0);
});

test('after it the scan removes what is no entry', async () => {
  // So many in the first folder that a survey is worth it.
  for (let number = 0; number < 64; number += 1) {
    const name = `00${String(number).padStart(30, 'a')}`;
    await writeFile(join(path, 'entries', '00', name), new Uint8Array(200));
  }
  const keeper = await openDiskBooks({ path, maxBytes: 2 ** 30, clock: createManualClock() });
  expect(keeper.usage().entries).toBe(NAMES.length + 64);
  expect(await entryFilesIn(path)).toHaveLength(NAMES.length + 64);
  await keeper.close();
});
