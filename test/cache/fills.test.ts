import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Boarded } from '../../src/cache/fills.ts';
import type { AtOnce } from '../../src/core/at-once.ts';
import { UNWATCHED } from '../../src/ports/call.ts';
import { ALONE } from '../../src/ports/siblings.ts';
import { nothingTold } from '../../src/serve/exchange.ts';
import { openImageBody } from '../../src/serve/image-body.ts';
import { patternBytes } from '../contract/tier-harness.ts';
import { aCall, aCaller, imageId } from './world/calls.ts';
import { createFillWorld } from './world/fill-world.ts';

const SHAPE = { seed: 3, size: 100, chunkSize: 10, window: 4, lanes: 2 };
const TIERS = [{ name: 'memory' as const }, { name: 'disk' as const }];

function board(
  world: ReturnType<typeof createFillWorld>,
  image: number,
  { size = 100, begun = false } = {},
) {
  const { fills, generation } = world;
  const layout = { size, chunkSize: 10 };
  const job = { generation: { ...generation, imageId: imageId(image), size }, layout };
  return fills.board({ ...job, stores: 's', manifest: null }, aCaller('a'), aCall(), 10, begun);
}

const told = (one: Boarded): string =>
  one.kind === 'joined' ? (one.collapsed() ? 'collapsed' : 'started') : one.kind;

test('a generation is filled once at a time, and another one beside it', async () => {
  const world = createFillWorld({ ...SHAPE, tiers: TIERS });
  const boarded = [
    board(world, 1),
    board(world, 1),
    board(world, 2),
    board(world, 1, { size: 90 }),
  ];
  expect(boarded.map(told)).toEqual(['started', 'collapsed', 'started', 'started']);
  expect(world.fills.underWay()).toBe(3);
  for (const one of boarded) if (one.kind === 'joined') one.reader.leave(0);
  await world.turns.settle(5_000);
  expect(world.fills.underWay()).toBe(0);
});

test('so many fills and no more, but for joining one or going on with an answer', async () => {
  const world = createFillWorld({ ...SHAPE, tiers: TIERS });
  const boarded = Array.from({ length: 8 }, (_, at) => board(world, at));
  expect(boarded.map(({ kind }) => kind)).not.toContain('full');
  expect(board(world, 9)).toEqual({ kind: 'full' });
  expect(told(board(world, 0))).toBe('collapsed');
  expect(told(board(world, 10, { begun: true }))).toBe('started');
  for (const one of boarded.slice(0, 2)) if (one.kind === 'joined') one.reader.leave(0);
  await world.turns.settle(5_000);
  expect(told(board(world, 9))).toBe('started');
});

test('fills hold their share of the buffers, or a chunk each, however slow the disk is', async () => {
  // In some of these worlds the disk takes a hundred turns for each of the origin's.
  for (let seed = 1; seed <= 12; seed += 1) {
    for (const fills of [1, 3, 8]) {
      const world = createFillWorld({ ...SHAPE, seed, tiers: [{ name: 'disk' }] });
      for (let image = 0; image < fills; image += 1) board(world, image);
      await world.turns.settle(5_000);
      expect(world.ends.length).toBe(fills);
      const most = Math.max(SHAPE.window, fills);
      expect(world.mostLent()).toBeLessThanOrEqual(most * SHAPE.chunkSize);
    }
  }
});

test('a fill that ends is not joined, and the next one begins when nothing of it runs any more', async () => {
  const world = createFillWorld({ ...SHAPE, tiers: TIERS });
  const first = board(world, 1);
  if (first.kind === 'joined') first.reader.leave(0);
  const second = board(world, 1);
  if (second.kind !== 'ending') throw new Error(second.kind);
  let over = false;
  void second.over.then(() => {
    over = true;
    // Nothing is open, and whoever waited finds the way free.
    expect([world.origin.open(), world.openDigests()]).toEqual([0, 0]);
    expect(told(board(world, 1))).toBe('started');
  });
  await world.turns.settle(5_000);
  expect(over).toBe(true);
});

test('a fill whose watcher fails at its end stands in nobody’s way', async () => {
  const world = createFillWorld({
    ...SHAPE,
    tiers: TIERS,
    onEnd() {
      throw new Error('not told');
    },
  });
  const first = world.read({ start: 0, end: 100 });
  await world.turns.settle(5_000);
  expect([first.ended, world.fills.underWay()]).toEqual(['whole', 0]);
  for (const tier of world.tiers) tier.entries.clear();
  const next = world.read({ start: 0, end: 100 });
  await world.turns.settle(5_000);
  expect([next.ended, world.fills.underWay()]).toEqual(['whole', 0]);
});

test('after the last has left early, the next one starts anew', async () => {
  const world = createFillWorld({ ...SHAPE, tiers: TIERS });
  const reader = world.read({ start: 0, end: 100, leavesAfter: 0 });
  const next = world.read({ start: 0, end: 100, late: 40 });
  await world.turns.settle(5_000);
  expect([reader.ended, next.ended]).toEqual(['left', 'whole']);
  expect(world.ends.map(({ kind }) => kind)).toEqual(['abandoned', 'committed']);
});

test('chunks of committed data that went missing are repaired alone', async () => {
  for (const ranges of ['yes', 'refused'] as const) {
    const world = createFillWorld({ ...SHAPE, ranges, tiers: [{ name: 'disk' }] });
    world.read({ start: 0, end: 100 });
    await world.turns.settle(5_000);
    const manifest = await settled(world.chunks.manifest(world.generation, UNWATCHED));
    const disk = world.tiers[0];
    for (const index of [3, 4]) disk?.entries.delete(`chunk/1/${manifest?.digests[index]}`);
    const readers = [world.read({ start: 0, end: 100 }), world.read({ start: 45, end: 50 })];
    await world.turns.settle(5_000);
    expect(readers).toMatchObject([
      { ended: 'whole', wrongAt: null },
      { ended: 'whole', wrongAt: null },
    ]);
    expect(new Set(world.ends.slice(1).map(({ kind }) => kind))).toEqual(new Set(['repaired']));
    if (ranges === 'yes') expect(world.origin.sent()).toBe(120);
    const told = nothingTold();
    const request = { generation: world.generation, stores: 's', start: 0, end: 100 };
    const who = { caller: aCaller('a'), call: aCall(), told };
    const opened = await settled(
      openImageBody({ ...world, chunkSize: 10 }, { ...request, ...who }),
    );
    expect(opened).toMatchObject({ kind: 'open', status: { kind: 'hit', detail: 'disk' } });

    async function settled<T>(work: AtOnce<T>): Promise<T> {
      await world.turns.settle(5_000);
      return work;
    }
  }
});

test('a repair shows nothing of a chunk that is not what it was', async () => {
  const data = { lie: new Uint8Array(100), liesFrom: 1 };
  const world = createFillWorld({
    ...SHAPE,
    lanes: 1,
    window: 100,
    ...data,
    ranges: 'ignored',
    tiers: [{ name: 'disk' }],
  });
  world.read({ start: 0, end: 100 });
  await world.turns.settle(5_000);
  for (const key of world.tiers[0]?.entries.keys() ?? []) {
    if (key.startsWith('chunk')) world.tiers[0]?.entries.delete(key);
  }
  const reader = world.read({ start: 0, end: 100 });
  await world.turns.settle(5_000);
  expect(reader).toMatchObject({
    received: 0,
    ended: { failed: expect.stringContaining('other bytes') },
  });
  expect(world.ends.map(({ kind }) => kind)).toEqual(['committed', 'failed']);
});

test('what another process has fetched meanwhile is read from where that one has put it', async () => {
  const stored = Promise.withResolvers<void>();
  const world = createFillWorld({
    ...SHAPE,
    tiers: TIERS,
    siblings: {
      ...ALONE,
      // The lease comes when the other one is done.
      async take() {
        await stored.promise;
        return { kind: 'ours', lookAgain: true, end() {} };
      },
    },
  });
  const { size, chunkSize, seed } = SHAPE;
  const data = patternBytes(size, seed);
  const reader = world.read({ start: 0, end: size });
  await world.turns.settle(50);
  const digests: string[] = [];
  for (let at = 0; at < size; at += chunkSize) {
    const bytes = data.slice(at, Math.min(size, at + chunkSize));
    digests.push(createHash('sha256').update(bytes).digest('hex'));
    void world.chunks.store(digests.at(-1) ?? '', bytes);
  }
  void world.chunks.commit(world.generation, { size, chunkSize, digests });
  await world.turns.settle(50);
  stored.resolve();
  await world.turns.settle(5_000);
  expect([reader.ended, reader.received, reader.wrongAt]).toEqual(['whole', size, null]);
  expect(world.ends.map(({ kind }) => kind)).toEqual(['found']);
  expect(world.origin.requests).toEqual([]);
});
