// Each head vouches for exactly its segment of the entry, key, expiry and place that it was made for.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  checkSegments,
  encodeHeads,
  entryBytesIn,
  fileBytesOf,
  headsFor,
  inFileOrder,
  SEGMENT_BYTES,
  segmentsFor,
} from '../../../src/adapters/disk/segments.ts';
import { keyDigest } from '../../../src/adapters/key-digest.ts';
import { patternBytes } from '../../contract/tier-harness.ts';

const KEY = keyDigest('key');

/** The entry's file. */
function fileOf(entry: Uint8Array, expiresAt: number | null = null, digest = KEY): Buffer {
  return Buffer.concat(inFileOrder(encodeHeads(digest, entry, expiresAt), entry));
}

/** Reads the segments that hold that part from the file, as a disk would. */
function read(file: Uint8Array, entryBytes: number, from: number, to: number) {
  const run = segmentsFor(entryBytes, from, to);
  const heads = headsFor(run);
  const bytes = new Uint8Array(run.to - run.from);
  let at = run.position;
  for (const part of inFileOrder(heads, bytes)) {
    part.set(file.subarray(at, at + part.length));
    at += part.length;
  }
  return { verdict: checkSegments(KEY, entryBytes, run, heads, bytes), run, bytes };
}

const sizes = fc.oneof(
  fc.nat({ max: 300 }),
  fc.integer({ min: -2, max: 2 }).map((off) => SEGMENT_BYTES + off),
  fc.integer({ min: 2 * SEGMENT_BYTES, max: 4 * SEGMENT_BYTES }),
);
const times = fc.option(fc.integer({ min: 0 }));

test('any part of what was stored comes back exactly, with its expiry, from the segments around it', () => {
  fc.assert(
    fc.property(sizes, times, fc.nat(), fc.nat(), (size, expiresAt, one, other) => {
      const entry = patternBytes(size, size);
      const from = Math.min(one % (size + 1), other % (size + 1));
      const to = Math.max(one % (size + 1), other % (size + 1));
      const { verdict, run, bytes } = read(fileOf(entry, expiresAt), size, from, to);
      expect(verdict).toEqual({ kind: 'intact', expiresAt });
      expect(run.from).toBeLessThanOrEqual(from);
      expect(run.to).toBeGreaterThanOrEqual(to);
      expect(run.to - run.from).toBeLessThan(to - from + 2 * SEGMENT_BYTES);
      expect(Buffer.compare(bytes, entry.subarray(run.from, run.to))).toBe(0);
    }),
    { numRuns: 60 },
  );
});

test('the size of an entry and that of its file tell each other', () => {
  fc.assert(
    fc.property(sizes, (size) => {
      const file = fileBytesOf(size);
      expect(file).toBe(fileOf(new Uint8Array(size)).length);
      expect(entryBytesIn(file)).toBe(size);
    }),
  );
  expect(entryBytesIn(fileBytesOf(0) - 1)).toBeNull();
  expect(entryBytesIn(fileBytesOf(SEGMENT_BYTES) + 1)).toBeNull();
});

test('any flipped bit of a segment and its head is noticed', () => {
  const entry = patternBytes(40, 1);
  const file = fileOf(entry, 1_000);
  for (let bit = 0; bit < 8 * file.length; bit += 1) {
    const flipped = Buffer.from(file);
    flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    expect(read(flipped, entry.length, 0, 40).verdict.kind, `bit ${bit}`).not.toBe('intact');
  }
});

test('damage is found by a part that it lies in, and by no other', () => {
  const size = 3 * SEGMENT_BYTES;
  const file = fileOf(patternBytes(size, 1));
  const last = file.length - 1;
  file.writeUInt8(file.readUInt8(last) ^ 1, last);
  expect(read(file, size, 0, 2 * SEGMENT_BYTES).verdict.kind).toBe('intact');
  expect(read(file, size, 2 * SEGMENT_BYTES, size).verdict).toMatchObject({ reason: 'content' });
});

test('a segment is of no use for another key, another size, another place or an entry that it was not stored with', () => {
  const size = 2 * SEGMENT_BYTES;
  const [one, other] = [patternBytes(size, 1), patternBytes(size, 2)];
  const half = fileBytesOf(SEGMENT_BYTES);
  const verdict = (file: Uint8Array) => read(file, size, 0, size).verdict;
  const swapped = Buffer.concat([fileOf(one).subarray(half), fileOf(one).subarray(0, half)]);
  expect(verdict(swapped)).toMatchObject({ reason: 'order' });
  expect(verdict(fileOf(one, null, keyDigest('other')))).toMatchObject({ reason: 'other-key' });
  expect(verdict(fileOf(one.subarray(1)))).toMatchObject({ reason: 'length' });
  const wrongBytes = Buffer.concat(inFileOrder(encodeHeads(KEY, one, null), other));
  expect(verdict(wrongBytes)).toMatchObject({ reason: 'content' });
});

test('what an earlier release wrote is told from what is damaged', () => {
  const file = fileOf(patternBytes(10, 1));
  file.writeUInt8(1, 4);
  expect(read(file, 10, 0, 10).verdict).toEqual({ kind: 'outdated' });
  file.fill(0, 0, 4);
  expect(read(file, 10, 0, 10).verdict).toMatchObject({ reason: 'not-an-entry' });
});
