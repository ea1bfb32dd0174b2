// The files of the index's record: they come back as they were written, or are not believed.

import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createChangeLog, readChangeLog } from '../../../src/adapters/disk/change-log.ts';
import { createEntryIndex } from '../../../src/adapters/disk/entry-index.ts';
import { openDiskTier } from '../../../src/adapters/disk/open-disk-tier.ts';
import { readSnapshot, writeSnapshot } from '../../../src/adapters/disk/snapshot.ts';
import { systemTimers } from '../../../src/adapters/node/runtime.ts';
import { plainBlocks } from '../../../src/adapters/plain-runtime.ts';
import { createManualClock, patternBytes } from '../../contract/tier-harness.ts';
import { flipBit, makeFolder, removeFolder } from './folder.ts';

const NAMES = ['00', '7f', 'ab', 'ff'].map((start) => `${start}${'0123456789'.repeat(3)}`);
const BOOT = '3a1c5c1e-9d0c-4d5e-8f3b-1f2e3d4c5b6a';
const OTHER_BOOT = BOOT.replace('3', '4');

let path: string;

beforeEach(async () => {
  path = await makeFolder();
});

afterEach(async () => {
  await removeFolder(path);
});

test('a snapshot holds the entries in order of use, or none', async () => {
  const file = join(path, 'snapshot');
  expect(await readSnapshot(file)).toBeNull();
  for (const names of [[], NAMES.slice(0, 1), NAMES]) {
    const index = createEntryIndex();
    for (const [number, name] of names.entries()) index.put(name, { length: 96, usedAt: number });
    await writeSnapshot(file, index, { from: 7, closed: true });
    const read = await readSnapshot(file);
    expect(read).toMatchObject({ from: 7, closed: true });
    expect([...(read?.index.names() ?? [])]).toEqual(names);
  }
});

test('a snapshot with any byte changed, or cut anywhere, is not believed', async () => {
  const file = join(path, 'snapshot');
  const index = createEntryIndex();
  for (const name of NAMES) index.put(name, { length: 96, usedAt: 1 });
  await writeSnapshot(file, index, { from: 7, closed: false });
  const whole = await readFile(file);
  for (let at = 0; at < whole.byteLength; at += 1) {
    await writeFile(file, whole.subarray(0, at));
    expect(await readSnapshot(file), `cut at ${at}`).toBeNull();
    await writeFile(file, whole);
    await flipBit(file, at);
    expect(await readSnapshot(file), `byte ${at}`).toBeNull();
  }
});

test('a log holds all names in order, whole ones at least, and for one boot', async () => {
  const file = join(path, 'changes.1');
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(fc.constantFrom(...NAMES))), fc.nat(), async (all, cut) => {
      const log = await createChangeLog(file, BOOT, 'unflushed');
      await Promise.all(all.map((names) => log.append(names)));
      await log.close();
      expect(await readChangeLog(file, BOOT)).toEqual(all.flat());
      expect(await readChangeLog(file, OTHER_BOOT)).toBeNull();
      expect(await readChangeLog(file, null)).toBeNull();
      const { byteLength } = await readFile(file);
      await truncate(file, byteLength - (cut % 20));
      const left = await readChangeLog(file, BOOT);
      if (all.flat().length > 0)
        expect(all.flat().slice(0, -1)).toEqual(left?.slice(0, all.flat().length - 1));
    }),
    { numRuns: 30 },
  );
});

test('a log with a byte changed is not believed, nor is one that was made without a boot', async () => {
  const file = join(path, 'changes.1');
  const log = await createChangeLog(file, BOOT, 'flushed');
  await log.append(NAMES);
  await log.close();
  const whole = await readFile(file);
  for (let at = 0; at < whole.byteLength; at += 1) {
    await writeFile(file, whole);
    await flipBit(file, at);
    expect(await readChangeLog(file, BOOT), `byte ${at}`).toBeNull();
  }
  await (await createChangeLog(file, null, 'unflushed')).close();
  expect(await readChangeLog(file, null)).toBeNull();
});

test('a tier whose record is damaged opens with all that it had', async () => {
  const options = { path, maxBytes: 1024 * 1024, blocks: plainBlocks, timers: systemTimers };
  const open = () => openDiskTier({ ...options, clock: createManualClock() });
  const keys = Array.from({ length: 20 }, (_, number) => `key-${number}`);
  const first = await open();
  for (const [number, key] of keys.entries()) {
    await first.store(key, patternBytes(100 * number, 1), null);
  }
  const usage = first.usage();
  await first.close();
  await flipBit(join(path, 'index', 'snapshot'), 100);
  const second = await open();
  expect(second.usage()).toEqual(usage);
  for (const key of keys) expect((await second.lookup(key)).kind).toBe('hit');
  await second.close();
});
