// A frame vouches for exactly the payload, key and expiry that it was made for.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keyDigest } from '../../../src/adapters/key-digest.ts';
import { checkFrame, encodeHeader, FRAME_HEADER_BYTES } from '../../../src/adapters/redis/frame.ts';

const SECRET = Buffer.alloc(32, 1);
const payloads = fc.uint8Array({ maxLength: 300 });
const times = fc.option(fc.integer({ min: 0 }));

test('what was framed is intact and keeps its expiry', () => {
  fc.assert(
    fc.property(fc.string(), payloads, times, (key, payload, expiresAt) => {
      const header = encodeHeader(SECRET, keyDigest(key), payload, expiresAt);
      expect(header.byteLength).toBe(FRAME_HEADER_BYTES);
      expect(checkFrame(SECRET, keyDigest(key), header, payload)).toEqual({
        kind: 'intact',
        expiresAt,
      });
    }),
  );
});

test('any flipped bit is noticed', () => {
  const payload = Uint8Array.from({ length: 40 }, (_, index) => index);
  const digest = keyDigest('key');
  const header = encodeHeader(SECRET, digest, payload, 1_000);
  for (let bit = 0; bit < 8 * (FRAME_HEADER_BYTES + payload.length); bit += 1) {
    const whole = Buffer.concat([header, payload]);
    whole.writeUInt8(whole.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    const verdict = checkFrame(
      SECRET,
      digest,
      whole.subarray(0, FRAME_HEADER_BYTES),
      whole.subarray(FRAME_HEADER_BYTES),
    );
    expect(verdict.kind, `bit ${bit}`).toBe('damaged');
  }
});

test('a frame is of no use for another key or length', () => {
  const payload = Uint8Array.from([1, 2, 3]);
  const header = encodeHeader(SECRET, keyDigest('one'), payload, null);
  const verdict = (key: string, bytes: Uint8Array) =>
    checkFrame(SECRET, keyDigest(key), header, bytes);
  expect(verdict('two', payload)).toEqual({ kind: 'damaged', reason: 'other-key' });
  expect(verdict('one', payload.subarray(1))).toEqual({ kind: 'damaged', reason: 'length' });
});

test('a frame sealed under another secret is a forgery', () => {
  const payload = Uint8Array.from([1, 2, 3]);
  const header = encodeHeader(SECRET, keyDigest('key'), payload, null);
  const verdict = checkFrame(Buffer.alloc(32, 2), keyDigest('key'), header, payload);
  expect(verdict).toEqual({ kind: 'damaged', reason: 'payload' });
});

test('too few bytes are not a frame', () => {
  const verdict = checkFrame(SECRET, keyDigest('k'), new Uint8Array(4), new Uint8Array(0));
  expect(verdict).toEqual({ kind: 'damaged', reason: 'not-a-frame' });
});
