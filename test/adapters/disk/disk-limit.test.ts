// max_size is hard: at no moment does the folder take more, whoever writes.

import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { appendFile, readdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDiskStore, type DiskStore } from '../../../src/adapters/disk/disk-store.ts';
import { openEntryFiles } from '../../../src/adapters/disk/entry-files.ts';
import { keepBooks } from '../../../src/adapters/disk/keep-books.ts';
import { DISK_LIMITS, openDiskTier } from '../../../src/adapters/disk/open-disk-tier.ts';
import { openRecordFiles } from '../../../src/adapters/disk/record-files.ts';
import { systemTimers } from '../../../src/adapters/node/runtime.ts';
import { plainBlocks } from '../../../src/adapters/plain-runtime.ts';
import type { Tier } from '../../../src/ports/tier.ts';
import { createManualClock, patternBytes } from '../../contract/tier-harness.ts';
import { withLedger } from './file-ledger.ts';
import { diskUse, entryFilesIn, makeFolder, removeFolder } from './folder.ts';

const MIB = 1024 * 1024;

let path: string;
const common = { blocks: plainBlocks, clock: createManualClock(), timers: systemTimers };

beforeEach(async () => {
  path = await makeFolder();
});

afterEach(async () => {
  await removeFolder(path);
});

test('eight writers at once never take more than the limit, not even for a moment', async () => {
  const maxBytes = 2 * MIB;
  const ledger = withLedger(await openEntryFiles(path, 'test'));
  const recordFiles = await openRecordFiles(path);
  const keeper = await keepBooks({
    ...common,
    files: ledger.files,
    recordFiles,
    survey: async () => {},
    maxBytes,
  });
  const store = createDiskStore({ ...common, files: ledger.files, books: keeper.desk('test') });
  await Promise.all(Array.from({ length: 8 }, (_, writer) => writeMany(store, writer)));
  expect(ledger.peak()).toBeGreaterThan(maxBytes / 2);
  expect(ledger.peak()).toBeLessThanOrEqual(maxBytes);
  await store.close();
  await keeper.close();
  expect(await diskUse(path)).toBeLessThanOrEqual(maxBytes);
  expect(store.usage().bytes).toBeLessThanOrEqual(maxBytes);
});

test('the entry used longest ago is evicted first, also after a restart', async () => {
  const clock = createManualClock();
  const open = () => openDiskTier({ ...common, clock, path, maxBytes: MIB });
  let tier = await open();
  for (const key of ['a', 'b', 'c']) await tier.store(key, patternBytes(200_000, 1), null);
  clock.advance(120_000);
  expect((await tier.lookup('a')).kind).toBe('hit');
  await tier.close();
  tier = await open();
  await tier.store('d', patternBytes(500_000, 1), null);
  expect(await kindsOf(tier, ['a', 'b', 'c', 'd'])).toEqual(['hit', 'miss', 'hit', 'hit']);
  await tier.close();
});

test('a store tells what went for it', async () => {
  const tier = await openDiskTier({ ...common, path, maxBytes: MIB });
  const store = (key: string, length: number) => tier.store(key, patternBytes(length, 1), null);
  for (const key of ['a', 'b']) {
    const evicted = { entries: 0, bytes: 0 };
    expect(await store(key, 300_000)).toEqual({ kind: 'stored', evicted });
  }
  const { bytes: before } = tier.usage();
  const written = await store('c', 900_000);
  expect(written).toMatchObject({ kind: 'stored', evicted: { entries: 2 } });
  const evicted = (written.kind === 'stored' && written.evicted) || expect.fail();
  expect(evicted.bytes).toBeGreaterThanOrEqual(600_000);
  expect(evicted.bytes).toBeLessThan(before);
  await tier.close();
});

test('a folder over the limit is within it before it is opened', async () => {
  const before = await openDiskTier({ ...common, path, maxBytes: 8 * MIB });
  for (let index = 0; index < 20; index += 1) {
    await before.store(`key-${index}`, patternBytes(200_000, index), null);
  }
  await before.close();
  const after = await openDiskTier({ ...common, path, maxBytes: MIB });
  expect(await diskUse(path)).toBeLessThanOrEqual(MIB);
  expect(after.usage().bytes).toBeLessThanOrEqual(MIB);
  await after.close();
});

test('folders that an earlier run left empty take no room beside the limit', async () => {
  const keys = Array.from({ length: 600 }, (_, index) => `key-${index}`);
  const before = await openDiskTier({ ...common, path, maxBytes: 8 * MIB });
  for (const key of keys) await before.store(key, patternBytes(10, 1), null);
  for (const key of keys) await before.remove(key);
  await before.close();
  const after = await openDiskTier({ ...common, path, maxBytes: MIB });
  expect(await diskUse(path)).toBeLessThanOrEqual(after.usage().bytes);
  await after.close();
});

test('an entry larger than the limit is refused, and the one before it is gone', async () => {
  const tier = await openDiskTier({ ...common, path, maxBytes: MIB });
  await tier.store('key', patternBytes(10, 1), null);
  const refused = { kind: 'refused', reason: 'too-large' };
  expect(await tier.store('key', new Uint8Array(MIB), null)).toEqual(refused);
  expect(await tier.lookup('key')).toEqual({ kind: 'miss' });
  expect(await entryFilesIn(path)).toEqual([]);
  await tier.close();
});

test('usage follows stores, replacements and removals', async () => {
  const tier = await openDiskTier({ ...common, path, maxBytes: MIB });
  await tier.store('key', patternBytes(100_000, 1), null);
  const large = tier.usage();
  await tier.store('key', patternBytes(10, 1), null);
  const small = tier.usage();
  await tier.remove('key');
  expect([large.entries, small.entries, tier.usage().entries]).toEqual([1, 1, 0]);
  expect(large.bytes - small.bytes).toBe(24 * 4096);
  await tier.close();
});

const mountable = process.platform === 'linux' && process.getuid?.() === 0 && canMount();

describe.skipIf(!mountable)('on a small file system (skipped where none can be mounted)', () => {
  beforeEach(() => mount(path, 4 * MIB));
  afterEach(() => unmount(path));

  test('a limit as large as the disk never runs into the end of the disk', async () => {
    const { blocks, bsize } = await statfs(path);
    const tier = await openDiskTier({
      ...common,
      path,
      maxBytes: blocks * bsize,
      limits: { ...DISK_LIMITS, deadlineMs: 60_000 },
    });
    const answers = await Promise.all(
      Array.from({ length: 8 }, async (_, writer) => {
        const kinds = new Set<string>();
        for (let round = 0; round < 30; round += 1) {
          const bytes = patternBytes(randomInt(300_000), round);
          kinds.add((await tier.store(`${writer}-${round % 9}`, bytes, null)).kind);
        }
        return [...kinds];
      }),
    );
    expect(new Set(answers.flat())).toEqual(new Set(['stored']));
    await tier.close();
  });

  test('a full disk refuses, is left alone for a while, and is used again after that', async () => {
    const clock = createManualClock();
    const tier = await openDiskTier({ ...common, clock, path, maxBytes: 64 * MIB });
    expect((await tier.store('small', patternBytes(1_000, 1), null)).kind).toBe('stored');
    const full = { kind: 'refused', reason: 'full' };
    expect(await tier.store('large', new Uint8Array(5 * MIB), null)).toEqual(full);
    expect(await tier.store('other', patternBytes(1_000, 2), null)).toEqual(full);
    expect(await kindsOf(tier, ['small', 'large', 'other'])).toEqual(['hit', 'miss', 'miss']);
    clock.advance(30_000);
    expect((await tier.store('other', patternBytes(1_000, 2), null)).kind).toBe('stored');
    expect(await kindsOf(tier, ['small', 'large', 'other'])).toEqual(['hit', 'miss', 'hit']);
    await tier.close();
  });

  test('a disk without room for a lock is not opened, and finds nothing new on it', async () => {
    await expect(fillUp(join(path, 'other'))).rejects.toThrow('ENOSPC');
    await expect(openDiskTier({ ...common, path, maxBytes: MIB })).rejects.toThrow('ENOSPC');
    expect(await readdir(path)).toEqual(['other']);
  });
});

/** Rejects when nothing more fits. */
async function fillUp(file: string): Promise<never> {
  for (;;) await appendFile(file, new Uint8Array(64 * 1024));
}

function mount(target: string, bytes: number): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', target], {
    stdio: 'ignore',
  });
}

function unmount(target: string): void {
  execFileSync('umount', [target]);
}

/** Containers often run as root without the right to mount. */
function canMount(): boolean {
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}

async function writeMany(store: DiskStore, writer: number): Promise<void> {
  for (let round = 0; round < 40; round += 1) {
    const key = `${(writer * 7 + round) % 23}`;
    await store.write(key, patternBytes(randomInt(150_000), round), null);
    if (round % 10 === writer) await store.remove(key);
  }
}

async function kindsOf(tier: Tier, keys: readonly string[]): Promise<readonly string[]> {
  const kinds: string[] = [];
  for (const key of keys) kinds.push((await tier.lookup(key)).kind);
  return kinds;
}
