import { expect, test } from 'vitest';
import { createThinning, type Thinning } from '../../../src/adapters/otel/thinning.ts';

const admitted = (thinning: Thinning, times: readonly number[]): number =>
  times.filter((at) => thinning.admits(at)).length;

test('so many are held at once, and as many in each minute from then on', () => {
  const thinning = createThinning(60);
  const now = 1_700_000_000_000;
  const at = (count: number, time: number): number[] => Array.from({ length: count }, () => time);
  expect(admitted(thinning, at(100, now))).toBe(60);
  expect(admitted(thinning, at(100, now + 10_000))).toBe(10);
  const everyMs = Array.from({ length: 60_000 }, (_, ms) => now + 10_000 + ms);
  expect(admitted(thinning, everyMs)).toBe(59);
  expect(admitted(thinning, at(100, now + 3_600_000))).toBe(60);
});

test('a clock that goes back gives nothing away', () => {
  const thinning = createThinning(2);
  expect(admitted(thinning, [60_000, 60_000, 0, 0, 60_000])).toBe(2);
});
