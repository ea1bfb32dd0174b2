import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDuration, formatSize, parseDuration, parseSize } from '../../src/config/quantity.ts';

test.each([
  ['512B', 512],
  ['64KiB', 65_536],
  ['4MiB', 4_194_304],
  ['20GiB', 21_474_836_480],
  ['1TiB', 2 ** 40],
  ['0B', 0],
])('the size %s is %i bytes', (text, value) => {
  expect(parseSize(text)).toEqual({ kind: 'quantity', value });
});

test.each([
  ['10s', 10_000],
  ['500ms', 500],
  ['5m', 300_000],
  ['1h', 3_600_000],
  ['7d', 604_800_000],
  ['0s', 0],
])('the duration %s is %i ms', (text, value) => {
  expect(parseDuration(text)).toEqual({ kind: 'quantity', value });
});

test.each([
  ['', 'write a whole number and one of'],
  ['4', 'the unit is missing'],
  ['0', 'the unit is missing'],
  ['4MB', '"MB" is not one of the units B, KiB, MiB, GiB, TiB'],
  ['4mib', '"mib" is not one of the units'],
  ['4 MiB', 'without a space'],
  ['1.5GiB', 'a whole number'],
  ['-4MiB', 'a whole number'],
  ['0x10B', 'a whole number'],
  ['9999999999TiB', 'more than can be counted'],
  ['10s', '"s" is not one of the units'],
])('%j is no size, and the reason says why', (text, reason) => {
  const parsed = parseSize(text);
  expect(parsed).toMatchObject({ kind: 'mistake', reason: expect.stringContaining(reason) });
});

test('every size and every duration is read back from the way it is written', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (value) => {
      expect(parseSize(formatSize(value))).toEqual({ kind: 'quantity', value });
      expect(parseDuration(formatDuration(value))).toEqual({ kind: 'quantity', value });
    }),
  );
});

test('sizes are written in the largest unit that leaves a whole number', () => {
  expect([0, 512, 1536, 4_194_304, 3 * 2 ** 40].map(formatSize)).toEqual([
    '0B',
    '512B',
    '1536B',
    '4MiB',
    '3TiB',
  ]);
  expect([0, 1500, 90_000, 7_200_000].map(formatDuration)).toEqual(['0s', '1500ms', '90s', '2h']);
});

test('a text is a quantity only when it is digits and a unit', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const looksRight = /^\d+(B|KiB|MiB|GiB|TiB)$/.test(text);
      fc.pre(!looksRight);
      expect(parseSize(text).kind).toBe('mistake');
    }),
  );
});
