import { expect, test } from 'vitest';
import { createSlowest } from '../../../src/adapters/otel/slowest.ts';

const HOUR = 3_600_000;

test('a call is slow when it is one of the four slowest of its route', () => {
  const slowest = createSlowest();
  for (const ms of [50, 10, 40, 30]) expect(slowest.isSlow('data', ms, 0)).toBe(true);
  expect(slowest.isSlow('data', 10, 0)).toBe(false);
  expect(slowest.isSlow('data', 20, 0)).toBe(true);
  expect(slowest.isSlow('data', 20, 0)).toBe(false);
  expect(slowest.isSlow('record', 1, 0)).toBe(true);
});

test('what is an hour old is no measure any more', () => {
  const slowest = createSlowest();
  for (let n = 0; n < 4; n += 1) slowest.isSlow('data', 1000, 0);
  expect(slowest.isSlow('data', 5, HOUR)).toBe(false);
  expect(slowest.isSlow('data', 5, HOUR + 1)).toBe(true);
});
