// Fills as their readers see them: random images, origins, tiers and readers, in random order.
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { patternBytes } from '../contract/tier-harness.ts';
import {
  createFillWorld,
  type FillWorld,
  type Reader,
  type ReaderPlan,
} from './world/fill-world.ts';

/** Far more turns than any of these scenes needs: whoever takes more goes round in circles. */
const TURNS = 60_000;
/** Enough for every day, in a second or so; FUZZ_RUNS=5000 goes hunting. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 120);
vi.setConfig({ testTimeout: 10_000 + RUNS * 100 });

const shape = fc.record({
  seed: fc.nat(),
  size: fc.integer({ min: 1, max: 120 }),
  chunkSize: fc.integer({ min: 2, max: 20 }),
  maxPiece: fc.integer({ min: 1, max: 40 }),
  window: fc.integer({ min: 1, max: 6 }),
  lanes: fc.integer({ min: 1, max: 4 }),
});
const ranges = fc.constantFrom('yes' as const, 'refused' as const, 'ignored' as const);

const drawnPlans = fc.array(
  fc.record(
    {
      at: fc.integer({ min: 0, max: 99 }),
      share: fc.integer({ min: 0, max: 100 }),
      late: fc.nat({ max: 60 }),
      slow: fc.nat({ max: 4 }),
      leavesAfter: fc.nat({ max: 6 }),
      dawdlesAfter: fc.nat({ max: 4 }),
    },
    { requiredKeys: ['at', 'share', 'late', 'slow'] },
  ),
  { minLength: 1, maxLength: 7 },
);
type DrawnPlans = typeof drawnPlans extends fc.Arbitrary<infer Drawn> ? Drawn : never;

const durable = fc
  .constantFrom(0, 100, 10_000)
  .map((maxBytes) => [{ name: 'memory' as const, maxBytes }, { name: 'disk' as const }]);
const anyTiers = fc.array(
  fc.record({
    name: fc.constantFrom('memory' as const, 'disk' as const, 'redis' as const),
    maxBytes: fc.constantFrom(0, 60, 1_000, 100_000),
    failing: fc.constantFrom(0, 0.2, 1),
    forgetful: fc.boolean(),
  }),
  { maxLength: 3 },
);

test('with a disk and an origin that keeps its word, everybody gets their bytes and the origin sends each once', async () => {
  await fc.assert(
    fc.asyncProperty(shape, ranges, durable, drawnPlans, async (drawn, range, tiers, plans) => {
      const world = createFillWorld({ ...drawn, ranges: range, tiers });
      const readers = readAll(world, plans);
      await toTheEnd(world, readers);
      for (const { plan, ended } of readers) {
        expect(plan.leavesAfter === undefined ? ['whole'] : ['whole', 'left']).toContain(ended);
      }
      if (world.ends.every((end) => end.kind === 'committed')) {
        // A lane that turns to the front drops the rest of a piece; nothing else is sent twice.
        const dropped = world.origin.cancelled() * drawn.maxPiece;
        expect(world.origin.sent()).toBeGreaterThanOrEqual(drawn.size);
        expect(world.origin.sent()).toBeLessThanOrEqual(drawn.size + dropped);
      }
    }),
    { numRuns: RUNS },
  );
});

test('whatever tiers and connections do, a reader gets its bytes or an error, and nobody hangs', async () => {
  await fc.assert(
    fc.asyncProperty(
      shape,
      fc.oneof(ranges, fc.constant('fickle' as const)),
      anyTiers,
      drawnPlans,
      fc.nat({ max: 12 }),
      async (drawn, range, tiers, plans, cuts) => {
        const world = createFillWorld({ ...drawn, ranges: range, tiers, cuts });
        const readers = readAll(world, plans);
        await toTheEnd(world, readers);
        if (cuts < 4 && range !== 'fickle') {
          expect(
            readers.filter(({ ended }) => typeof ended === 'object').map(({ ended }) => ended),
          ).toEqual([]);
        }
      },
    ),
    { numRuns: RUNS },
  );
});

test('one wrong byte from the origin, and no reader completes and nothing is committed', async () => {
  await fc.assert(
    fc.asyncProperty(
      shape,
      ranges,
      anyTiers,
      drawnPlans,
      fc.nat(),
      async (drawn, range, tiers, plans, wrong) => {
        const lie = patternBytes(drawn.size, drawn.seed % 1000);
        const at = wrong % drawn.size;
        lie[at] = (lie[at] ?? 0) ^ 1;
        const world = createFillWorld({ ...drawn, ranges: range, tiers, lie });
        const readers = readAll(world, plans);
        await toTheEnd(world, readers, true);
        expect(readers.filter(({ ended }) => ended === 'whole')).toEqual([]);
        expect(world.ends.filter(({ kind }) => kind === 'committed')).toEqual([]);
        // What an abandoned fill has brought may stay: nobody can reach it.
        const proven = world.ends.every(({ kind }) => kind === 'failed');
        for (const tier of world.tiers) {
          const left = [...tier.entries.keys()];
          expect(left.filter((key) => key.startsWith('manifest'))).toEqual([]);
          if (proven && world.tiers.every(({ steady }) => steady)) expect(left).toEqual([]);
        }
      },
    ),
    { numRuns: RUNS },
  );
});

test('an origin that sends other bytes only for a while never gets them past anybody', async () => {
  await fc.assert(
    fc.asyncProperty(
      shape,
      fc.oneof(ranges, fc.constant('fickle' as const)),
      anyTiers,
      drawnPlans,
      fc.record({
        wrong: fc.nat(),
        from: fc.nat({ max: 6 }),
        until: fc.nat({ max: 12 }),
        cuts: fc.nat({ max: 8 }),
      }),
      async (drawn, range, tiers, plans, { wrong, from, until, cuts }) => {
        const lie = patternBytes(drawn.size, drawn.seed % 1000);
        const at = wrong % drawn.size;
        lie[at] = (lie[at] ?? 0) ^ 1;
        const lies = { lie, liesFrom: from, liesUntil: until };
        const world = createFillWorld({ ...drawn, ranges: range, tiers, cuts, ...lies });
        const readers = readAll(world, plans);
        await toTheEnd(world, readers, true);
        expect(
          readers.filter(({ ended, wrongAt }) => ended === 'whole' && wrongAt !== null),
        ).toEqual([]);
      },
    ),
    { numRuns: RUNS },
  );
});

test('what a reader got of a fill that failed is not made whole by the next fill', async () => {
  const without = fc.constantFrom('refused' as const, 'ignored' as const);
  const losing = fc.constantFrom(
    [{ name: 'disk' as const, failing: 0.5 }],
    [{ name: 'memory' as const, maxBytes: 12 }],
  );
  await fc.assert(
    fc.asyncProperty(
      fc.nat(),
      without,
      losing,
      fc.nat({ max: 39 }),
      async (seed, range, tiers, at) => {
        const lie = patternBytes(40, seed % 1000);
        lie[at] = (lie[at] ?? 0) ^ 1;
        // The first read of the data lies; with ranges refused it is the second request.
        const lies = { lie, liesUntil: range === 'refused' ? 2 : 1 };
        const shape = { seed, size: 40, chunkSize: 4, window: 2, lanes: 1, maxPiece: 8 };
        const world = createFillWorld({ ...shape, ranges: range, tiers, ...lies });
        const readers = [0, 1, 2, 3].map((slow) =>
          world.read({ start: 0, end: 40, slow: slow * 3 }),
        );
        await toTheEnd(world, readers, true);
        expect(
          readers.filter(({ ended, wrongAt }) => ended === 'whole' && wrongAt !== null),
        ).toEqual([]);
      },
    ),
    { numRuns: RUNS * 2 },
  );
});

test('a slow client of a gateway without a disk holds a window of chunks, not the image', async () => {
  for (const range of ['yes', 'refused'] as const) {
    const tiers = [{ name: 'memory' as const, maxBytes: 50 }];
    const world = createFillWorld({
      seed: 1,
      size: 1000,
      chunkSize: 10,
      window: 4,
      lanes: 2,
      ranges: range,
      tiers,
    });
    const reader = world.read({ start: 0, end: 1000, dawdlesAfter: 2 });
    await world.turns.settle(TURNS);
    expect(world.allocated()).toBeLessThan(10);
    expect(reader.ended).toBe('no');
    await toTheEnd(world, [reader]);
    expect(world.origin.sent()).toBe(1000);
  }
});

test('the first bytes alone come from an origin with ranges', async () => {
  const tiers = [{ name: 'memory' as const }, { name: 'disk' as const }];
  const world = createFillWorld({ seed: 1, size: 100, chunkSize: 10, window: 4, lanes: 2, tiers });
  const reader = world.read({ start: 0, end: 5 });
  await toTheEnd(world, [reader]);
  expect([reader.ended, world.origin.sent()]).toEqual(['whole', 100]);
});

function readAll(world: FillWorld, plans: DrawnPlans): readonly Reader[] {
  const { size } = world.generation;
  return plans.map(({ at, share, ...rest }) => {
    const start = Math.floor((at * size) / 100);
    const end = Math.min(size, start + 1 + Math.floor((share * size) / 100));
    return world.read({ ...rest, start, end } satisfies ReaderPlan);
  });
}

/** Lets everything happen, wakes the dawdlers, and looks at what is left behind. */
async function toTheEnd(
  world: FillWorld,
  readers: readonly Reader[],
  lying = false,
): Promise<void> {
  await world.turns.settle(TURNS);
  // Whoever does not dawdle is served, whatever the others do.
  const dawdling = readers.filter(({ plan }) => plan.dawdlesAfter !== undefined);
  for (const reader of readers) {
    if (!dawdling.includes(reader)) expect(reader).not.toMatchObject({ ended: 'no' });
  }
  for (const reader of dawdling) reader.wake();
  await world.turns.settle(TURNS);
  for (const reader of readers) {
    expect(reader).not.toMatchObject({ ended: 'no' });
    if (!lying) expect(reader).toMatchObject({ wrongAt: null });
  }
  expect({
    fills: world.fills.underWay(),
    bodies: world.origin.open(),
    digests: world.openDigests(),
    timers: world.turns.timers.pending(),
  }).toEqual({ fills: 0, bodies: 0, digests: 0, timers: 0 });
}
