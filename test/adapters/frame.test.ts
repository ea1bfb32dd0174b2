// A frame vouches for exactly the payload, key and expiry that it was made for.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  checkFrame,
  crc32Check,
  encodeHeader,
  FRAME_HEADER_BYTES,
  hmacCheck,
  keyDigest,
  type PayloadCheck,
} from '../../src/adapters/frame.ts';

const CHECKS: readonly (readonly [string, PayloadCheck])[] = [
  ['crc32', crc32Check],
  ['hmac', hmacCheck(Buffer.alloc(32, 1))],
];

const payloads = fc.uint8Array({ maxLength: 300 });
const times = fc.option(fc.integer({ min: 0 }));

test.each(CHECKS)('%s: what was framed is intact and keeps its expiry', (_name, check) => {
  fc.assert(
    fc.property(fc.string(), payloads, times, (key, payload, expiresAt) => {
      const header = encodeHeader(check, keyDigest(key), payload, expiresAt);
      expect(header.byteLength).toBe(FRAME_HEADER_BYTES);
      expect(checkFrame(check, keyDigest(key), header, payload)).toEqual({
        kind: 'intact',
        expiresAt,
      });
    }),
  );
});

test.each(CHECKS)('%s: any flipped bit is noticed', (_name, check) => {
  const payload = Uint8Array.from({ length: 40 }, (_, index) => index);
  const digest = keyDigest('key');
  const header = encodeHeader(check, digest, payload, 1_000);
  for (let bit = 0; bit < 8 * (FRAME_HEADER_BYTES + payload.length); bit += 1) {
    const whole = Buffer.concat([header, payload]);
    whole.writeUInt8(whole.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    const verdict = checkFrame(
      check,
      digest,
      whole.subarray(0, FRAME_HEADER_BYTES),
      whole.subarray(FRAME_HEADER_BYTES),
    );
    expect(verdict.kind, `bit ${bit}`).toBe('damaged');
  }
});

test.each(CHECKS)('%s: a frame is of no use for another key, length or check', (_name, check) => {
  const payload = Uint8Array.from([1, 2, 3]);
  const header = encodeHeader(check, keyDigest('one'), payload, null);
  const verdict = (key: string, judge: PayloadCheck, bytes: Uint8Array) =>
    checkFrame(judge, keyDigest(key), header, bytes);
  expect(verdict('two', check, payload)).toEqual({ kind: 'damaged', reason: 'other-key' });
  expect(verdict('one', check, payload.subarray(1))).toEqual({ kind: 'damaged', reason: 'length' });
  const other = check === crc32Check ? hmacCheck(Buffer.alloc(32, 1)) : crc32Check;
  expect(verdict('one', other, payload)).toEqual({ kind: 'damaged', reason: 'header' });
});

test('a frame sealed under another secret is a forgery', () => {
  const payload = Uint8Array.from([1, 2, 3]);
  const header = encodeHeader(hmacCheck(Buffer.alloc(32, 1)), keyDigest('key'), payload, null);
  const verdict = checkFrame(hmacCheck(Buffer.alloc(32, 2)), keyDigest('key'), header, payload);
  expect(verdict).toEqual({ kind: 'damaged', reason: 'payload' });
});

test('keys that differ only in lone surrogates are different keys', () => {
  expect(keyDigest('\ud800').equals(keyDigest('\ud801'))).toBe(false);
});

test('too few bytes are not a frame', () => {
  const verdict = checkFrame(crc32Check, keyDigest('k'), new Uint8Array(4), new Uint8Array(0));
  expect(verdict).toEqual({ kind: 'damaged', reason: 'not-a-frame' });
});
