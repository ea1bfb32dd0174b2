import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainBlocks } from '../../src/adapters/plain-runtime.ts';
import { createEpochs } from '../../src/cache/epochs.ts';
import { createTierStack } from '../../src/cache/tier-stack.ts';
import { UNWATCHED } from '../../src/ports/call.ts';
import { ALONE } from '../../src/ports/siblings.ts';
import type { Tier } from '../../src/ports/tier.ts';
import { createGate } from '../support/gate.ts';
import { createManualTimers } from '../support/manual-timers.ts';
import { countingIds, imageId, inBackground, STOPPED } from './world/calls.ts';
import { createFakeTier } from './world/fake-tier.ts';

const BELIEVE = 10_000;
const LIFETIME = 70_000;
const IMAGE = imageId(1);

function gateway(
  tiers: readonly Tier[],
  clock = createManualTimers(),
  name = 'a',
  maxImages?: number,
) {
  const shared = createTierStack({
    tiers: tiers.toReversed(),
    promotes: false,
    background: inBackground,
    clock: STOPPED,
    blocks: plainBlocks,
    onTrouble: () => {},
  });
  const bound = maxImages === undefined ? {} : { maxImages };
  return createEpochs({
    siblings: ALONE,
    shared,
    clock,
    ids: countingIds(name),
    believeMs: BELIEVE,
    lifetimeMs: LIFETIME,
    ...bound,
  });
}

test('an epoch stays until the image may have changed, and never comes back', async () => {
  const clock = createManualTimers();
  const epochs = gateway([], clock);
  const seen = [await epochs.of('One', IMAGE, UNWATCHED)];
  for (let change = 0; change < 3; change += 1) {
    clock.advance(LIFETIME * 2);
    expect(await epochs.of('One', IMAGE, UNWATCHED)).toBe(seen.at(-1));
    await epochs.begin('One', [IMAGE]);
    seen.push(await epochs.of('One', IMAGE, UNWATCHED));
  }
  expect(new Set(seen).size).toBe(seen.length);
});

test('other images, and the same id in another region, keep theirs', async () => {
  const epochs = gateway([]);
  const others = [
    () => epochs.of('One', imageId(2), UNWATCHED),
    () => epochs.of('Two', IMAGE, UNWATCHED),
  ];
  const before = await Promise.all(others.map(async (of) => of()));
  await epochs.begin('One', [IMAGE]);
  expect(await Promise.all(others.map(async (of) => of()))).toEqual(before);
});

test('a region has a new epoch with every write in it, whatever it touches', async () => {
  const epochs = gateway([]);
  const before = epochs.ofRegion('One');
  await epochs.begin('One', []);
  expect(epochs.ofRegion('One')).not.toBe(before);
  expect(epochs.ofRegion('Two')).toBe(before);
});

test('a change takes hold before the tiers have heard of it', async () => {
  const gate = createGate();
  const disk = createFakeTier({ name: 'disk' });
  const slow: Tier = {
    ...disk,
    async store(key, bytes, expiresAt) {
      await gate.opened;
      return disk.store(key, bytes, expiresAt);
    },
  };
  const epochs = gateway([slow]);
  const before = await epochs.of('One', IMAGE, UNWATCHED);
  const beginning = epochs.begin('One', [IMAGE]);
  expect(await epochs.of('One', IMAGE, UNWATCHED)).not.toBe(before);
  gate.open();
  await beginning;
});

test('what an older lookup finds does not undo a change that came meanwhile', async () => {
  const clock = createManualTimers();
  const disk = createFakeTier({ name: 'disk', clock });
  await gateway([disk], clock, 'b').begin('One', [IMAGE]);
  const [found, gate] = [createGate(), createGate()];
  const slow: Tier = {
    ...disk,
    async lookup(key) {
      const old = await disk.lookup(key);
      found.open();
      await gate.opened;
      return old;
    },
  };
  const epochs = gateway([slow], clock);
  const reading = epochs.of('One', IMAGE, UNWATCHED);
  await found.opened;
  await epochs.begin('One', [IMAGE]);
  gate.open();
  expect(await reading).toBe('a-2');
  expect(await epochs.of('One', IMAGE, UNWATCHED)).toBe('a-2');
});

test('another gateway on the same tier hears of a change within what it believes', async () => {
  const clock = createManualTimers();
  const disk = createFakeTier({ name: 'disk', clock });
  const [one, other] = [gateway([disk], clock, 'a'), gateway([disk], clock, 'b')];
  await other.begin('One', [IMAGE]);
  const before = await one.of('One', IMAGE, UNWATCHED);
  expect(before).toBe(await other.of('One', IMAGE, UNWATCHED));
  clock.advance(1_000);
  await other.begin('One', [IMAGE]);
  clock.advance(BELIEVE - 1_001);
  expect(await one.of('One', IMAGE, UNWATCHED)).toBe(before);
  clock.advance(1);
  expect(await one.of('One', IMAGE, UNWATCHED)).toBe(await other.of('One', IMAGE, UNWATCHED));
  expect(await one.of('One', IMAGE, UNWATCHED)).not.toBe(before);
});

test('who has changed an image hears of later changes as soon as anybody', async () => {
  const clock = createManualTimers();
  const disk = createFakeTier({ name: 'disk', clock });
  const [one, other] = [gateway([disk], clock, 'a'), gateway([disk], clock, 'b')];
  await one.begin('One', [IMAGE]);
  await other.begin('One', [IMAGE]);
  clock.advance(BELIEVE);
  expect(await one.of('One', IMAGE, UNWATCHED)).toBe(await other.of('One', IMAGE, UNWATCHED));
});

test('a tier of its own hides from nobody what another gateway tells a shared one', async () => {
  const clock = createManualTimers();
  const redis = createFakeTier({ name: 'redis', clock });
  const [one, other] = ['a', 'b'].map((name) =>
    gateway([createFakeTier({ name: 'disk', clock }), redis], clock, name),
  );
  await one?.begin('One', [IMAGE]);
  expect(await other?.of('One', IMAGE, UNWATCHED)).toBe('a-2');
  await other?.begin('One', [IMAGE]);
  clock.advance(BELIEVE);
  expect(await one?.of('One', IMAGE, UNWATCHED)).toBe('b-2');
});

test('while a shared tier is away, an older mark in a tier of its own undoes nothing', async () => {
  const clock = createManualTimers();
  const redis = createFakeTier({ name: 'redis', clock });
  let away = false;
  const shaky: Tier = {
    ...redis,
    lookup: async (key) => (away ? { kind: 'failed', cause: null } : redis.lookup(key)),
  };
  const disk = createFakeTier({ name: 'disk', clock });
  const one = gateway([disk, shaky], clock, 'a');
  await one.begin('One', [IMAGE]);
  await gateway([redis], clock, 'b').begin('One', [IMAGE]);
  clock.advance(BELIEVE);
  expect(await one.of('One', IMAGE, UNWATCHED)).toBe('b-2');
  away = true;
  clock.advance(BELIEVE);
  expect(await one.of('One', IMAGE, UNWATCHED)).toBe('b-2');
  // Who knows nothing yet has nothing to go back from.
  expect(await gateway([disk, shaky], clock, 'c').of('One', IMAGE, UNWATCHED)).toBe('a-2');
});

test.each(['refused', 'failed'] as const)(
  'a tier that has %s an epoch does not bring back the one before',
  async (answer) => {
    const clock = createManualTimers();
    const disk = createFakeTier({ name: 'disk', clock });
    await gateway([disk], clock, 'b').begin('One', [IMAGE]);
    const full: Tier = {
      ...disk,
      store: async () =>
        answer === 'failed' ? { kind: 'failed', cause: null } : { kind: 'refused', reason: 'full' },
    };
    const epochs = gateway([full], clock);
    const before = await epochs.of('One', IMAGE, UNWATCHED);
    await epochs.begin('One', [IMAGE]);
    clock.advance(BELIEVE);
    expect(await epochs.of('One', IMAGE, UNWATCHED)).not.toBe(before);
  },
);

test('after a restart the epoch is the one that the tiers know', async () => {
  const clock = createManualTimers();
  const disk = createFakeTier({ name: 'disk', clock });
  const first = gateway([disk], clock, 'a');
  await first.begin('One', [IMAGE]);
  const before = await first.of('One', IMAGE, UNWATCHED);
  expect(await gateway([disk], clock, 'b').of('One', IMAGE, UNWATCHED)).toBe(before);
});

test('an image whose mark was forgotten for room is in an epoch that nothing was kept under', async () => {
  const epochs = gateway([], createManualTimers(), 'a', 2);
  const first = await epochs.of('One', imageId(1), UNWATCHED);
  await epochs.begin('One', [imageId(1)]);
  const changed = await epochs.of('One', imageId(1), UNWATCHED);
  for (const other of [2, 3, 4]) await epochs.begin('One', [imageId(other)]);
  expect([first, changed]).not.toContain(await epochs.of('One', imageId(1), UNWATCHED));
});

test('whatever two gateways do, neither sees an epoch again that it has left, and changes are seen in time', async () => {
  const act = fc.oneof(
    fc.record({
      kind: fc.constant('begin' as const),
      who: fc.nat({ max: 1 }),
      image: fc.nat({ max: 2 }),
    }),
    fc.record({
      kind: fc.constant('of' as const),
      who: fc.nat({ max: 1 }),
      image: fc.nat({ max: 2 }),
    }),
    fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(1, BELIEVE, LIFETIME) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 30 }), fc.boolean(), async (acts, disks) => {
      const clock = createManualTimers();
      const redis = createFakeTier({ name: 'redis', clock });
      const gateways = ['a', 'b'].map((name) => {
        const own = disks ? [createFakeTier({ name: 'disk', clock })] : [];
        return gateway([...own, redis], clock, name, 2);
      });
      const seen = gateways.map(() => new Map<number, string[]>());
      /** Who changed the image last, when, and the epochs that it had before. */
      const changes = new Map<number, { who: number; at: number; before: Set<string> }>();
      for (const step of acts) {
        if (step.kind === 'wait') {
          clock.advance(step.ms);
          continue;
        }
        const epochs = gateways[step.who];
        if (step.kind === 'begin') {
          const all = seen.flatMap((of) => of.get(step.image) ?? []);
          changes.set(step.image, { who: step.who, at: clock.now(), before: new Set(all) });
          await epochs?.begin('One', [imageId(step.image)]);
          continue;
        }
        const epoch = (await epochs?.of('One', imageId(step.image), UNWATCHED)) ?? '';
        const mine = seen[step.who]?.get(step.image) ?? [];
        // Once left, an epoch is not entered again while anything may be kept under it.
        if (mine.at(-1) !== epoch) mine.push(epoch);
        seen[step.who]?.set(step.image, mine);
        const change = changes.get(step.image);
        if (!change) continue;
        const heard = change.who === step.who || clock.now() >= change.at + BELIEVE;
        const mayBeKept = clock.now() < change.at + LIFETIME;
        if (heard && mayBeKept) expect(change.before).not.toContain(epoch);
      }
    }),
    { numRuns: 3_000 },
  );
});
