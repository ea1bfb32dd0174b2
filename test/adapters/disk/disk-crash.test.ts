// A disk tier that is killed, damaged or opened twice never serves a wrong byte.

import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type DiskTierOptions, openDiskTier } from '../../../src/adapters/disk/open-disk-tier.ts';
import { SEGMENT_BYTES } from '../../../src/adapters/disk/segments.ts';
import type { TierTrouble } from '../../../src/adapters/guarded-tier.ts';
import { systemTimers } from '../../../src/adapters/node/runtime.ts';
import { plainBlocks } from '../../../src/adapters/plain-runtime.ts';
import type { TierUsage } from '../../../src/ports/tier.ts';
import { createManualClock, patternBytes } from '../../contract/tier-harness.ts';
import { diskUse, entryFilesIn, flipBit, makeFolder, removeFolder } from './folder.ts';

const WRITER = fileURLToPath(new URL('writing-process.ts', import.meta.url));
const MAX_BYTES = 2 * 1024 * 1024;
/** Of the version in the head of a segment. */
const VERSION_AT = 4;

let path: string;

beforeEach(async () => {
  path = await makeFolder();
});

afterEach(async () => {
  await removeFolder(path);
});

test('after each of ten kills in the middle of writing, all that is served is right', async () => {
  let served = 0;
  for (let kill = 0; kill < 10; kill += 1) {
    await killedAfter(40 + kill * 17);
    const tier = await open();
    expect(await readdir(join(path, 'partial'))).toEqual([]);
    expect(await diskUse(path)).toBeLessThanOrEqual(MAX_BYTES);
    for (let number = 0; number < 50; number += 1) {
      const found = await tier.lookup(`key-${number}`);
      if (found.kind !== 'hit') continue;
      served += 1;
      const seed = new DataView(found.bytes.buffer, found.bytes.byteOffset).getUint32(0);
      const expected = patternBytes(4 + ((seed * 7_919) % 60_000), seed);
      new DataView(expected.buffer).setUint32(0, seed);
      expect(seed % 50).toBe(number);
      expect(Buffer.compare(found.bytes, expected)).toBe(0);
    }
    await expectRecounted(tier.usage());
    await tier.close();
  }
  expect(served).toBeGreaterThan(100);
}, 60_000);

test('with a byte flipped anywhere in every file, nothing is served and all is cleared away', async () => {
  const troubles: TierTrouble[] = [];
  const tier = await open({ onTrouble: (trouble) => troubles.push(trouble) });
  const keys = Array.from({ length: 60 }, (_, index) => `key-${index}`);
  for (const key of keys) await tier.store(key, patternBytes(1_000, 1), null);
  for (const [index, file] of (await entryFilesIn(path)).entries()) {
    await flipBit(file, Math.floor((index / keys.length) * (await stat(file)).size));
  }
  for (const key of keys) expect(await tier.lookup(key)).toEqual({ kind: 'miss' });
  expect(troubles.map((trouble) => trouble.kind)).toEqual(keys.map(() => 'damaged'));
  expect(await entryFilesIn(path)).toEqual([]);
  expect(tier.usage().entries).toBe(0);
  await tier.close();
});

test('what an earlier release wrote is cleared away without a word of damage', async () => {
  const troubles: TierTrouble[] = [];
  const tier = await open({ onTrouble: (trouble) => troubles.push(trouble) });
  const entry = patternBytes(3 * SEGMENT_BYTES, 1);
  for (const key of ['whole', 'part']) await tier.store(key, entry, null);
  for (const file of await entryFilesIn(path)) {
    const bytes = await readFile(file);
    bytes.writeUInt8(bytes.readUInt8(VERSION_AT) - 1, VERSION_AT);
    await writeFile(file, bytes);
  }
  expect(await tier.lookup('whole')).toEqual({ kind: 'miss' });
  expect(await tier.lookupPart('part', 0, SEGMENT_BYTES)).toEqual({ kind: 'miss' });
  expect(troubles).toEqual([]);
  expect(await entryFilesIn(path)).toEqual([]);
  await tier.close();
});

test('files cut short, swapped, foreign or half-written are never served', async () => {
  let tier = await open();
  for (const key of ['cut', 'stub', 'one', 'two']) {
    await tier.store(key, patternBytes(1_000, key.length), null);
    await tier.lookup(key);
  }
  const byKey = await filesByKey(['cut', 'stub', 'one', 'two']);
  await tier.close();
  await truncate(byKey.cut ?? '', 600);
  await truncate(byKey.stub ?? '', 20);
  await writeFile(byKey.two ?? '', await readFile(byKey.one ?? ''));
  await mkdir(join(path, 'entries', '00'), { recursive: true });
  await writeFile(join(path, 'entries', '00', 'notes.txt'), 'hello');
  await writeFile(join(path, 'partial', '17'), 'half');
  await writeFile(join(path, 'keep.txt'), 'not ours');
  tier = await open();
  const kinds = [];
  for (const key of ['cut', 'stub', 'one', 'two']) kinds.push((await tier.lookup(key)).kind);
  expect(kinds).toEqual(['miss', 'miss', 'hit', 'miss']);
  expect(await entryFilesIn(path)).toEqual([byKey.one]);
  expect(await readdir(join(path, 'partial'))).toEqual([]);
  expect(await readFile(join(path, 'keep.txt'), 'utf8')).toBe('not ours');
  await tier.close();
});

test('a file that somebody deleted is a miss', async () => {
  const tier = await open();
  await tier.store('key', patternBytes(10, 1), null);
  await removeFolder(join(path, 'entries'));
  expect(await tier.lookup('key')).toEqual({ kind: 'miss' });
  expect((await tier.store('key', patternBytes(10, 1), null)).kind).toBe('stored');
  expect((await tier.lookup('key')).kind).toBe('hit');
  await tier.close();
});

test('a second owner is told who the first is, and gets in when it has closed', async () => {
  const first = await open();
  await expect(open()).rejects.toThrow(`in use by process ${process.pid}`);
  await first.close();
  await (await open()).close();
});

test('a living process keeps its folder, a killed one does not', async () => {
  const child = await writerAfter(1);
  await expect(open()).rejects.toThrow(`in use by process ${child.pid}`);
  await killed(child);
  await (await open()).close();
});

test('a lock whose pid now belongs to another process, or that is torn, is taken over', async () => {
  const first = await open();
  const lock = join(path, 'lock');
  const text = await readFile(lock, 'utf8');
  await first.close();
  await writeFile(lock, text.replace(/"startTicks":"\d+"/, '"startTicks":"1"'));
  await (await open()).close();
  await writeFile(lock, text.slice(0, 20));
  await (await open()).close();
  expect(await readdir(path)).not.toContain('lock');
});

test('of many who want a stale folder at once, one gets it', async () => {
  await killedAfter(1);
  const opened = await Promise.allSettled(Array.from({ length: 8 }, () => open()));
  const owners = opened.filter((result) => result.status === 'fulfilled');
  expect(owners).toHaveLength(1);
  for (const owner of owners) await owner.value.close();
});

test('closing waits for running stores, and calls after it fail', async () => {
  const tier = await open();
  const stores = [1, 2, 3].map((seed) => tier.store(`k${seed}`, patternBytes(90_000, seed), null));
  await tier.close();
  for (const stored of await Promise.all(stores)) expect(stored.kind).toBe('stored');
  expect((await tier.lookup('k1')).kind).toBe('failed');
  const again = await open();
  expect((await again.lookup('k3')).kind).toBe('hit');
  await again.close();
});

function open(more: Partial<DiskTierOptions> = {}) {
  const clock = createManualClock();
  return openDiskTier({
    path,
    maxBytes: MAX_BYTES,
    blocks: plainBlocks,
    clock,
    timers: systemTimers,
    ...more,
  });
}

/** What the record told at start-up is what the files tell without it. */
async function expectRecounted({ bytes, entries }: TierUsage): Promise<void> {
  const copy = `${path}.copy`;
  try {
    await cp(join(path, 'entries'), join(copy, 'entries'), { recursive: true });
    const recounted = await open({ path: copy });
    expect(recounted.usage()).toMatchObject({ bytes, entries });
    await recounted.close();
  } finally {
    await removeFolder(copy);
  }
}

async function killedAfter(stores: number): Promise<void> {
  await killed(await writerAfter(stores));
}

/** A process that goes on writing; resolves when it has stored that many entries. */
function writerAfter(stores: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, [WRITER, path, String(MAX_BYTES)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let told = 0;
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The writer ended with ${code}.`)));
    createInterface({ input: child.stdout }).on('line', () => {
      told += 1;
      if (told === stores) resolve(child);
    });
  });
}

async function killed(child: ChildProcess): Promise<void> {
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exited;
}

/** Which file holds which entry: names are 128 bits of the key's digest. */
async function filesByKey(keys: readonly string[]): Promise<Partial<Record<string, string>>> {
  const files = await entryFilesIn(path);
  return Object.fromEntries(
    keys.map((key) => {
      const name = createHash('sha256').update(key, 'utf16le').digest('hex').slice(0, 32);
      return [key, files.find((file) => file.endsWith(name))];
    }),
  );
}
