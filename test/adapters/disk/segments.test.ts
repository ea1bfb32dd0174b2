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

/** The file with that bit turned. */
function flipped(file: Buffer, bit: number): Buffer {
  const copy = Buffer.from(file);
  copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  return copy;
}

/** Where the check of the whole begins in a head, and where the head ends. */
const [WHOLE_CHECK_AT, HEAD_BYTES] = [80, fileBytesOf(0)];

test('any flipped bit of a file is noticed by whoever reads all of an entry', () => {
  const file = fileOf(patternBytes(40, 1), 1_000);
  for (let bit = 0; bit < 8 * file.length; bit += 1) {
    expect(read(flipped(file, bit), 40, 0, 40).verdict.kind, `bit ${bit}`).not.toBe('intact');
  }
  const size = 2 * SEGMENT_BYTES + 40;
  const long = fileOf(patternBytes(size, 1), 1_000);
  for (const at of [0, 1, 2].map((number) => number * fileBytesOf(SEGMENT_BYTES))) {
    for (let byte = at; byte < at + HEAD_BYTES + 40; byte += 1) {
      const { verdict } = read(flipped(long, 8 * byte + (byte % 8)), size, 0, size);
      expect(verdict.kind, `byte ${byte}`).not.toBe('intact');
    }
  }
});

test('any flipped bit of a segment and what its head says of it is noticed by whoever reads that part', () => {
  const size = SEGMENT_BYTES + 40;
  const file = fileOf(patternBytes(size, 1), 1_000);
  const head = fileBytesOf(SEGMENT_BYTES);
  for (let bit = 8 * head; bit < 8 * file.length; bit += 1) {
    if (bit >= 8 * (head + WHOLE_CHECK_AT) && bit < 8 * (head + HEAD_BYTES)) continue;
    const { verdict } = read(flipped(file, bit), size, SEGMENT_BYTES, size);
    expect(verdict.kind, `bit ${bit}`).not.toBe('intact');
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
  file.writeUInt8(2, 4);
  expect(read(file, 10, 0, 10).verdict).toEqual({ kind: 'outdated' });
  file.fill(0, 0, 4);
  expect(read(file, 10, 0, 10).verdict).toMatchObject({ reason: 'not-an-entry' });
});
