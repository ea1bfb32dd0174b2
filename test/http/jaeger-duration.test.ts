// Durations as Go writes and reads them.
import { expect, test } from 'vitest';
import { parseGoDuration } from '../../src/http/admin/jaeger-duration.ts';

test.each([
  ['100ms', 100_000],
  ['1.2s', 1_200_000],
  ['50us', 50],
  ['50µs', 50],
  ['50μs', 50],
  ['1500ns', 1.5],
  ['1m30s', 90_000_000],
  ['1h', 3_600_000_000],
  ['.5s', 500_000],
  ['2.s', 2_000_000],
  ['0', 0],
  ['0s', 0],
])('%s is %d microseconds', (text, wanted) => {
  expect(parseGoDuration(text)).toBeCloseTo(wanted, 6);
});

test.each(['', '5', 's', '.s', '1 s', '1S', '-1s', '1s2', '1d', '1e3s', `${'1s'.repeat(33)}`])(
  '"%s" is none',
  (text) => {
    expect(parseGoDuration(text)).toBeNull();
  },
);

test('what is far too long is refused before it is looked at', () => {
  // Read digit by digit, in every way it can be cut up, it would hold up all calls for seconds.
  expect(parseGoDuration('1'.repeat(200_000))).toBeNull();
});
