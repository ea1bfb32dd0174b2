// Quantiles out of a few hundred counters: right within 5 %, whatever the calls were like.
import { describe, expect, test } from 'vitest';
import { createDurations } from '../../src/observe/activity/durations.ts';

test('without calls everything is 0', () => {
  const durations = createDurations();
  expect([durations.quantile(0.5), durations.quantile(0.95), durations.max]).toEqual([0, 0, 0]);
});

describe('quantiles are within 5 % of the truth', () => {
  test.each([
    ['evenly spread', Array.from({ length: 1000 }, (_, at) => 1 + at)],
    ['all alike', Array.from({ length: 7 }, () => 240_000)],
    ['hits among fills', [...Array.from({ length: 95 }, () => 3), 60_000, 61_000, 62_000]],
    ['a single one', [0.4]],
    ['by powers of two', Array.from({ length: 25 }, (_, at) => 2 ** at)],
  ])('%s', (_, values) => {
    const durations = createDurations();
    for (const value of values) durations.record(value);
    const sorted = values.toSorted((a, b) => a - b);
    for (const share of [0.01, 0.5, 0.95, 1]) {
      const truth = sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
      expect(Math.abs(durations.quantile(share) - truth) / truth).toBeLessThan(0.05);
    }
    expect(durations.max).toBe(sorted.at(-1));
  });
});

test('what no clock can tell, and what lasts for days, have a place too', () => {
  const durations = createDurations();
  durations.record(0);
  expect(durations.quantile(1)).toBe(0);
  durations.record(1e12);
  expect(durations.max).toBe(1e12);
  expect(durations.quantile(1)).toBeGreaterThan(24 * 3_600_000);
});
