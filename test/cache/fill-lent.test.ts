// Fills whose memory is lent anew, with everybody who may look at it at work: the memory tier that
// keeps it, lower tiers that are too slow to be waited for, readers that dawdle and leave.
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { createFillWorld } from './world/fill-world.ts';

const TURNS = 60_000;
const RUNS = Number(process.env.FUZZ_RUNS ?? 120);
vi.setConfig({ testTimeout: 10_000 + RUNS * 100 });

const worlds = fc.record({
  seed: fc.nat(),
  size: fc.integer({ min: 1, max: 120 }),
  chunkSize: fc.integer({ min: 2, max: 20 }),
  maxPiece: fc.integer({ min: 1, max: 40 }),
  window: fc.integer({ min: 1, max: 6 }),
  lanes: fc.integer({ min: 1, max: 4 }),
  ranges: fc.constantFrom(
    'yes' as const,
    'refused' as const,
    'ignored' as const,
    'fickle' as const,
  ),
  cuts: fc.nat({ max: 6 }),
  inMemory: fc.integer({ min: 0, max: 6 }),
  tierTurns: fc.constantFrom(3, 10, 10_000),
  tiers: fc.array(
    fc.record({
      name: fc.constantFrom('disk' as const, 'redis' as const),
      maxBytes: fc.constantFrom(0, 60, 1_000),
      failing: fc.constantFrom(0, 0.2),
    }),
    { maxLength: 2 },
  ),
});

const plans = fc.array(
  fc.record(
    {
      at: fc.integer({ min: 0, max: 99 }),
      share: fc.integer({ min: 0, max: 100 }),
      late: fc.nat({ max: 200 }),
      slow: fc.nat({ max: 4 }),
      leavesAfter: fc.nat({ max: 6 }),
      dawdlesAfter: fc.nat({ max: 4 }),
    },
    { requiredKeys: ['at', 'share', 'late', 'slow'] },
  ),
  { minLength: 1, maxLength: 9 },
);

test('no reader is sent memory that was lent anew', async () => {
  let reused = 0;
  let whole = 0;
  await fc.assert(
    fc.asyncProperty(worlds, plans, async (drawn, planned) => {
      const world = createFillWorld(drawn);
      const readers = planned.map(({ at, share, ...rest }) => {
        const start = Math.floor((at * drawn.size) / 100);
        const end = Math.min(drawn.size, start + 1 + Math.floor((share * drawn.size) / 100));
        return world.read({ ...rest, start, end });
      });
      await world.turns.settle(TURNS);
      for (const reader of readers) reader.wake();
      await world.turns.settle(TURNS);
      for (const reader of readers) {
        expect(reader).toMatchObject({ wrongAt: null });
        expect(reader).not.toMatchObject({ ended: 'no' });
        if (reader.ended === 'whole') whole += 1;
      }
      expect(world.fills.underWay()).toBe(0);
      reused += world.reused();
    }),
    { numRuns: RUNS },
  );
  expect(whole).toBeGreaterThan(RUNS);
  expect(reused).toBeGreaterThan(RUNS);
});
