import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainBlocks } from '../../src/adapters/plain-runtime.ts';
import { createTierStack } from '../../src/cache/tier-stack.ts';
import type { AtOnce } from '../../src/core/at-once.ts';
import type { Tier } from '../../src/ports/tier.ts';
import { createGate } from '../support/gate.ts';
import { text } from './world/answering-origin.ts';
import { inBackground, STOPPED } from './world/calls.ts';
import { createFakeTier } from './world/fake-tier.ts';
import { createTurns } from './world/turns.ts';

const NAMES = ['memory', 'disk', 'redis'] as const;

test('what is found below is copied to every nearer tier, with its end of life', async () => {
  const tiers = NAMES.map((name) => createFakeTier({ name }));
  const stack = createTierStack({
    tiers,
    background: inBackground,
    clock: STOPPED,
    blocks: plainBlocks,
    onTrouble: () => {},
  });
  await tiers[2]?.store('key', text('value'), 5_000);
  expect(await stack.lookup('key')).toMatchObject({ kind: 'hit', tier: 'redis', expiresAt: 5_000 });
  for (const [at, tier] of NAMES.entries()) {
    expect(await tiers[at]?.lookup('key')).toMatchObject({ kind: 'hit', expiresAt: 5_000 });
    if (tier === 'memory') expect(await stack.lookup('key')).toMatchObject({ tier: 'memory' });
  }
});

test('a part is not copied upward, unless a tier had to read all of its entry for it', async () => {
  const memory = createFakeTier({ name: 'memory' });
  const disk = createFakeTier({ name: 'disk', blocks: plainBlocks });
  const redis = createFakeTier({ name: 'redis' });
  const stack = createTierStack({
    tiers: [memory, disk, redis],
    background: inBackground,
    clock: STOPPED,
    blocks: plainBlocks,
    onTrouble: () => {},
  });
  await disk.store('on disk', text('value'), null);
  await redis.store('in redis', text('value'), 5_000);
  const part = { kind: 'hit', bytes: text('alu'), size: 5 };
  expect(await stack.lookupPart('on disk', 1, 4)).toMatchObject({ ...part, tier: 'disk' });
  expect(await memory.lookup('on disk')).toEqual({ kind: 'miss' });
  expect(await stack.lookupPart('in redis', 1, 4)).toMatchObject({ ...part, tier: 'redis' });
  for (const tier of [memory, disk]) {
    const copied = { kind: 'hit', bytes: text('value'), expiresAt: 5_000 };
    expect(await tier.lookup('in redis')).toMatchObject(copied);
  }
  expect(await stack.lookupPart('in redis', 1, 4)).toMatchObject({ ...part, tier: 'memory' });
});

test('a broken tier is told of and is a miss, and those below it answer', async () => {
  const told: string[] = [];
  const tiers = [createFakeTier({ name: 'memory', failing: 1 }), createFakeTier({ name: 'disk' })];
  const stack = createTierStack({
    tiers,
    background: inBackground,
    clock: STOPPED,
    blocks: plainBlocks,
    onTrouble: (tier, act) => told.push(`${tier} ${act}`),
  });
  expect(await stack.store('key', text('value'), null)).toEqual({
    below: true,
    tiers: [
      { tier: 'memory', answer: 'failed', evicted: null },
      { tier: 'disk', answer: 'stored', evicted: { entries: 0, bytes: 0 } },
    ],
  });
  expect(await stack.lookup('key')).toMatchObject({ kind: 'hit', tier: 'disk' });
  await stack.remove('key');
  expect(await stack.lookup('key')).toMatchObject({
    kind: 'miss',
    tries: [
      { tier: 'memory', answer: 'failed', bytes: 0 },
      { tier: 'disk', answer: 'miss', bytes: 0 },
    ],
  });
  expect(new Set(told)).toEqual(new Set(['memory store', 'memory lookup', 'memory remove']));
});

test('only a tier below memory makes a store last', async () => {
  const stored = async (tiers: readonly Tier[]) => {
    const stack = createTierStack({
      tiers,
      background: inBackground,
      clock: STOPPED,
      blocks: plainBlocks,
      onTrouble: () => {},
    });
    return (await stack.store('key', text('value'), null)).below;
  };
  const memory = createFakeTier({ name: 'memory' });
  expect(await stored([])).toBe(false);
  expect(await stored([memory])).toBe(false);
  expect(await stored([memory, createFakeTier({ name: 'disk', maxBytes: 1 })])).toBe(false);
  expect(await stored([memory, createFakeTier({ name: 'disk', failing: 1 })])).toBe(false);
  expect(
    await stored([
      createFakeTier({ name: 'memory', failing: 1 }),
      createFakeTier({ name: 'redis' }),
    ]),
  ).toBe(true);
});

test.each(['store', 'remove'] as const)(
  'an old value that a slow lookup finds is not copied up past a %s that came meanwhile',
  async (act) => {
    const [found, gate] = [createGate(), createGate()];
    const disk = createFakeTier({ name: 'disk' });
    const redis = createFakeTier({ name: 'redis' });
    const slow: Tier = {
      ...redis,
      async lookup(key) {
        const old = await redis.lookup(key);
        found.open();
        await gate.opened;
        return old;
      },
    };
    const kept: Promise<unknown>[] = [];
    const stack = createTierStack({
      tiers: [disk, slow],
      background: { keep: (work) => kept.push(work) },
      clock: STOPPED,
      blocks: plainBlocks,
      onTrouble: () => {},
    });
    await redis.store('key', text('old'), null);
    const reading = stack.lookup('key');
    await found.opened;
    await (act === 'store' ? stack.store('key', text('new'), null) : stack.remove('key'));
    gate.open();
    expect(await reading).toMatchObject({ bytes: text('old') });
    await Promise.all(kept);
    const now = await disk.lookup('key');
    expect(now).toMatchObject(act === 'store' ? { bytes: text('new') } : { kind: 'miss' });
  },
);

test('whatever the tiers do, a hit is what was stored last; steady tiers hold all of it', async () => {
  const tier = fc.record({
    maxBytes: fc.constantFrom(8, 1_000),
    failing: fc.constantFrom(0, 0.3, 1),
  });
  const act = fc.record({
    kind: fc.constantFrom('lookup' as const, 'store' as const, 'remove' as const),
    key: fc.constantFrom('a', 'b', 'c'),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.nat(),
      fc.array(tier, { maxLength: 3 }),
      fc.array(act, { maxLength: 20 }),
      async (seed, given, acts) => {
        const turns = createTurns(seed);
        const tiers = given.map((options, at) => {
          return createFakeTier({ ...options, name: NAMES[at] ?? 'redis', turns });
        });
        const told = { count: 0 };
        const stack = createTierStack({
          tiers,
          background: inBackground,
          clock: STOPPED,
          blocks: plainBlocks,
          onTrouble: () => {
            told.count += 1;
          },
        });
        const model = new Map<string, string>();
        /** Values that a broken tier may still hold. */
        const old = new Map<string, Set<string>>();
        let value = 0;
        for (const { kind, key } of acts) {
          if (kind === 'lookup') {
            const found = await settled(stack.lookup(key));
            const hit = found.kind === 'hit' ? new TextDecoder().decode(found.bytes) : null;
            const steady = given.every(({ failing }) => failing === 0);
            if (steady && given.some(({ maxBytes }) => maxBytes === 1_000)) {
              expect(hit).toBe(model.get(key) ?? null);
            } else if (hit !== null && hit !== model.get(key)) {
              expect(steady ? [] : [...(old.get(key) ?? [])]).toContain(hit);
            }
          } else {
            const before = model.get(key);
            const known = old.get(key) ?? new Set();
            if (before !== undefined) old.set(key, known.add(before));
            value += 1;
            if (kind === 'store') {
              model.set(key, `${value}`);
              await settled(stack.store(key, text(`${value}`), null));
            } else {
              model.delete(key);
              await settled(stack.remove(key));
            }
          }
        }
        if (given.every(({ failing }) => failing === 0)) expect(told.count).toBe(0);

        async function settled<T>(work: AtOnce<T>): Promise<T> {
          await turns.settle(1_000);
          return work;
        }
      },
    ),
    { numRuns: 300 },
  );
});
