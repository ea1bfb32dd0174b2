import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ByteRange, byteRange } from '../../src/core/byte-range.ts';

const part = (start: number, end: number): ByteRange => ({ kind: 'part', start, end });
const unsatisfiable: ByteRange = { kind: 'unsatisfiable' };

describe('of an image of 100 bytes, Range', () => {
  test.each<[string, ByteRange]>([
    ['bytes=0-', part(0, 100)],
    ['bytes=0-0', part(0, 1)],
    ['bytes=10-19', part(10, 20)],
    ['bytes=99-', part(99, 100)],
    ['bytes=90-1000', part(90, 100)],
    [`bytes=0-${'9'.repeat(400)}`, part(0, 100)],
    ['bytes=-1', part(99, 100)],
    ['bytes=-100', part(0, 100)],
    // Seen on the wire: these two give the whole image as 206.
    ['bytes=-0', part(0, 100)],
    ['bytes=-101', part(0, 100)],
    ['BYTES = 5 - 6', part(5, 7)],
    ['bytes=5-6 and more', part(5, 7)],
    ['bytes=100-', unsatisfiable],
    ['bytes=9007199254740991-', unsatisfiable],
    [`bytes=${'9'.repeat(400)}-`, unsatisfiable],
    ['bytes=20-10', unsatisfiable],
    ['bytes', unsatisfiable],
    ['', unsatisfiable],
    ['chunks=0-9', unsatisfiable],
    [' bytes=0-9', unsatisfiable],
    ['bytes=a-b', unsatisfiable],
    ['bytes=-', { kind: 'senseless' }],
    ['bytes=-a', { kind: 'senseless' }],
    ['bytes=0-1,5-6', { kind: 'several' }],
    ['chunks=,', { kind: 'several' }],
  ])('%j is %j', (range, expected) => {
    expect(byteRange(range, null, 100)).toEqual(expected);
  });
});

describe('of an image of 100 bytes, Content-Range of a request', () => {
  test.each<[string, ByteRange]>([
    ['bytes 0-9/*', part(0, 10)],
    ['bytes 0-9/100', part(0, 10)],
    ['bytes 0-99/*', part(0, 100)],
    // The length that it names is not compared with the image's.
    ['bytes 5-9/12', part(5, 10)],
    ['bytes 0-100/*', unsatisfiable],
    ['bytes 100-101/*', unsatisfiable],
    ['bytes 9-5/*', unsatisfiable],
    ['bytes 0-9/5', unsatisfiable],
    ['bytes=0-9', unsatisfiable],
    ['bytes 0-9', unsatisfiable],
    ['bytes 5-/*', unsatisfiable],
    ['Bytes 0-9/*', unsatisfiable],
    ['bytes  0-9/*', unsatisfiable],
    ['', unsatisfiable],
    ['bytes */*', { kind: 'senseless' }],
    ['bytes */100', { kind: 'senseless' }],
  ])('%j is %j', (contentRange, expected) => {
    expect(byteRange(null, contentRange, 100)).toEqual(expected);
  });
});

test('without a range the image is whole, and Range goes before Content-Range', () => {
  expect(byteRange(null, null, 100)).toEqual({ kind: 'whole' });
  expect(byteRange('bytes=1-2', 'bytes 5-6/*', 100)).toEqual(part(1, 3));
  expect(byteRange('junk', 'bytes 5-6/*', 100)).toEqual(unsatisfiable);
});

test('the bytes that a range names are those of a slice', () => {
  const numbers = fc.option(fc.nat({ max: 40 }), { nil: null });
  fc.assert(
    fc.property(numbers, numbers, fc.integer({ min: 1, max: 30 }), (first, last, size) => {
      const bytes = Array.from({ length: size }, (_, at) => at);
      const got = byteRange(`bytes=${first ?? ''}-${last ?? ''}`, null, size);
      const named =
        first === null
          ? bytes.slice(last === 0 || last === null ? 0 : -last)
          : bytes.filter((at) => at >= first && (last === null || at <= last));
      if (first === null && last === null) expect(got).toEqual({ kind: 'senseless' });
      else if (named.length === 0) expect(got).toEqual(unsatisfiable);
      else expect(got.kind === 'part' && bytes.slice(got.start, got.end)).toEqual(named);
    }),
    { numRuns: 500 },
  );
});

test('whatever the headers say, a part lies within the image and has bytes', () => {
  const header = fc.option(
    fc.oneof(fc.string(), fc.stringMatching(/^bytes[ =]\d{0,3}-\d{0,3}(\/(\d{1,3}|\*))?$/)),
  );
  fc.assert(
    fc.property(header, header, fc.integer({ min: 1, max: 500 }), (range, contentRange, size) => {
      const got = byteRange(range, contentRange, size);
      if (got.kind !== 'part') return;
      expect(got.start).toBeGreaterThanOrEqual(0);
      expect(got.start).toBeLessThan(got.end);
      expect(got.end).toBeLessThanOrEqual(size);
    }),
    { numRuns: 500 },
  );
});
