import { expect, test } from 'vitest';
import { plainBlocks } from '../../src/adapters/plain-runtime.ts';
import { createChunks } from '../../src/cache/chunks.ts';
import { createTierStack } from '../../src/cache/tier-stack.ts';
import type { Generation } from '../../src/core/generation.ts';
import { UNWATCHED } from '../../src/ports/call.ts';
import type { Tier } from '../../src/ports/tier.ts';
import { createGate } from '../support/gate.ts';
import { text } from './world/answering-origin.ts';
import { imageId, inBackground, STOPPED } from './world/calls.ts';
import { createFakeTier } from './world/fake-tier.ts';

const GENERATION: Generation = {
  region: 'One',
  imageId: imageId(1),
  algorithm: 'sha512',
  value: 'ab'.repeat(64),
  size: 7,
};
const MANIFEST = { size: 7, chunkSize: 4, digests: ['ab'.repeat(32), 'cd'.repeat(32)] };

const chunksOn = (...tiers: readonly Tier[]) =>
  createChunks(
    createTierStack({
      tiers,
      background: inBackground,
      clock: STOPPED,
      blocks: plainBlocks,
      onTrouble: () => {},
    }),
    plainBlocks,
  );

test('a chunk is found by its digest, and only in the length that it must have', async () => {
  const chunks = chunksOn(createFakeTier({ name: 'disk' }));
  expect(await chunks.store('digest', text('abcd'))).toMatchObject({ below: true });
  expect(await chunks.lookup('digest', 4, UNWATCHED)).toEqual({
    kind: 'hit',
    bytes: text('abcd'),
    within: text('abcd'),
    tier: 'disk',
  });
  const part = { from: 1, to: 3 };
  const found = await chunks.lookupPart('digest', 4, part, UNWATCHED);
  expect(found).toMatchObject({ kind: 'hit', bytes: text('bc'), tier: 'disk' });
  expect(await chunks.lookupPart('digest', 5, part, UNWATCHED)).toEqual({ kind: 'miss' });
  expect(await chunks.lookup('digest', 3, UNWATCHED)).toEqual({ kind: 'miss' });
  expect(await chunks.lookup('other', 4, UNWATCHED)).toEqual({ kind: 'miss' });
  await chunks.forget(['digest']);
  expect(await chunks.lookup('digest', 4, UNWATCHED)).toEqual({ kind: 'miss' });
});

test('data is servable when it is committed, as that generation alone', async () => {
  const disk = createFakeTier({ name: 'disk' });
  const chunks = chunksOn(disk);
  expect(await chunks.manifest(GENERATION, UNWATCHED)).toBeNull();
  await chunks.commit(GENERATION, MANIFEST);
  expect(await chunks.manifest(GENERATION, UNWATCHED)).toEqual(MANIFEST);
  for (const other of [
    { region: 'Two' },
    { imageId: imageId(2) },
    { value: 'cd'.repeat(64) },
    { size: 8 },
  ]) {
    expect(await chunks.manifest({ ...GENERATION, ...other }, UNWATCHED)).toBeNull();
  }
  for (const key of disk.entries.keys()) disk.entries.set(key, text('{"version":1}'));
  expect(await chunks.manifest(GENERATION, UNWATCHED)).toBeNull();
});

test('many who look for a chunk at once are one lookup in the tier', async () => {
  const gate = createGate();
  const disk = createFakeTier({ name: 'disk' });
  await disk.store('chunk/1/digest', text('abcd'), null);
  let lookups = 0;
  const counted: Tier = {
    ...disk,
    async lookup(key) {
      lookups += 1;
      await gate.opened;
      return disk.lookup(key);
    },
  };
  const chunks = chunksOn(counted);
  const found = [4, 4, 3].map((length) => chunks.lookup('digest', length, UNWATCHED));
  gate.open();
  expect((await Promise.all(found)).map(({ kind }) => kind)).toEqual(['hit', 'hit', 'miss']);
  expect(lookups).toBe(1);
});

test('a defect of a tier reaches those who share the lookup, and nobody who comes later', async () => {
  const gate = createGate();
  const disk = createFakeTier({ name: 'disk' });
  let lookups = 0;
  const chunks = chunksOn({
    ...disk,
    async lookup(key) {
      lookups += 1;
      if (lookups > 1) return disk.lookup(key);
      await gate.opened;
      throw new Error('a tier that breaks its contract');
    },
  });
  await chunks.store('digest', text('abcd'));
  const shared = [1, 2].map(() => chunks.lookup('digest', 4, UNWATCHED));
  gate.open();
  const ends = await Promise.allSettled(shared);
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect((await chunks.lookup('digest', 4, UNWATCHED)).kind).toBe('hit');
});
