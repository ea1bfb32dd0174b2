import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FillOrder, nextRun } from '../../src/core/fill-plan.ts';

interface Given {
  readonly taken?: readonly number[];
  readonly wanted?: readonly number[];
  readonly count?: number;
}

function plan(order: FillOrder, { taken = [], wanted = [], count = 10 }: Given = {}) {
  let firstUntaken = 0;
  while (taken.includes(firstUntaken)) firstUntaken += 1;
  return nextRun({ count, taken: (at) => taken.includes(at), wanted, firstUntaken }, order);
}

describe('without ranges', () => {
  const order: FillOrder = { kind: 'from-front' };

  test('one run goes from the first chunk that nobody has to the end, whatever is wanted', () => {
    expect(plan(order, { wanted: [7] })).toEqual({ from: 0, to: 10 });
    expect(plan(order, { taken: [0, 1, 5] })).toEqual({ from: 2, to: 10 });
    expect(plan(order, { taken: [0, 1], count: 2 })).toBeNull();
  });
});

describe('a repair', () => {
  const order: FillOrder = { kind: 'repair' };

  test('reads the first chunk that is wanted and not taken, and nothing else', () => {
    expect(plan(order)).toBeNull();
    expect(plan(order, { wanted: [7, 3, 5] })).toEqual({ from: 3, to: 4 });
    expect(plan(order, { wanted: [7, 3], taken: [3] })).toEqual({ from: 7, to: 8 });
    expect(plan(order, { wanted: [3], taken: [3] })).toBeNull();
  });
});

describe('with ranges', () => {
  const order: FillOrder = { kind: 'by-ranges', longest: 3, horizon: 6 };

  test('what is wanted comes first, also beyond the horizon', () => {
    expect(plan(order, { wanted: [9, 8] })).toEqual({ from: 8, to: 10 });
    expect(plan(order, { wanted: [1] })).toEqual({ from: 1, to: 4 });
    expect(plan(order, { wanted: [5], taken: [6] })).toEqual({ from: 5, to: 6 });
  });

  test('else it goes from the front, to the horizon and no further', () => {
    expect(plan(order)).toEqual({ from: 0, to: 3 });
    expect(plan(order, { taken: [0, 1, 2] })).toEqual({ from: 3, to: 6 });
    expect(plan(order, { taken: [0, 1, 2, 3, 4, 5] })).toBeNull();
  });

  test('a run that the horizon would cut short waits, but the last run of the image does not', () => {
    expect(plan(order, { taken: [0, 1, 2, 3] })).toBeNull();
    const beyond: FillOrder = { kind: 'by-ranges', longest: 3, horizon: 100 };
    expect(plan(beyond, { taken: [0, 1, 2, 3, 4, 5, 6, 7, 8] })).toEqual({ from: 9, to: 10 });
  });
});

test('a run is never empty, never leaves the image and takes no chunk twice', () => {
  const order = fc.oneof(
    fc.constant<FillOrder>({ kind: 'repair' }),
    fc.record({
      kind: fc.constant('by-ranges' as const),
      longest: fc.integer({ min: 1, max: 5 }),
      horizon: fc.nat({ max: 20 }),
    }),
  );
  const chunk = fc.nat({ max: 14 });
  fc.assert(
    fc.property(order, fc.array(chunk), fc.array(chunk), (kind, taken, wanted) => {
      const run = plan(kind, { taken, wanted, count: 15 });
      const open = wanted.filter((at) => !taken.includes(at));
      if (open.length > 0) expect(run?.from).toBe(Math.min(...open));
      if (run === null) return;
      expect(run.from).toBeLessThan(run.to);
      expect(run.to).toBeLessThanOrEqual(15);
      for (let at = run.from; at < run.to; at += 1) expect(taken).not.toContain(at);
    }),
  );
});

test('when nothing is under way and the horizon has room for a run, there is something to read', () => {
  fc.assert(
    fc.property(fc.nat({ max: 14 }), fc.integer({ min: 1, max: 5 }), (hashed, longest) => {
      const taken = Array.from({ length: hashed }, (_, at) => at);
      const order: FillOrder = { kind: 'by-ranges', longest, horizon: hashed + longest };
      expect(plan(order, { taken, count: 15 })?.from).toBe(hashed);
    }),
  );
});
