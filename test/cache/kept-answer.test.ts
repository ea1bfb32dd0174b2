import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeKeptAnswer, encodeKeptAnswer } from '../../src/cache/kept-answer.ts';

test('an answer comes back byte for byte, headers in order, repeats kept', () => {
  const answer = fc.record({
    status: fc.integer({ min: 100, max: 599 }),
    headers: fc.array(fc.tuple(fc.string(), fc.string({ unit: 'binary' }))),
    body: fc.uint8Array(),
    storedAt: fc.nat(),
  });
  fc.assert(
    fc.property(answer, fc.nat({ max: 5 }), (kept, offset) => {
      const encoded = encodeKeptAnswer(kept);
      // A tier may hand out a view into a larger buffer.
      const larger = new Uint8Array(encoded.length + offset + 3);
      larger.set(encoded, offset);
      const view = larger.subarray(offset, offset + encoded.length);
      expect(decodeKeptAnswer(view)).toEqual(kept);
    }),
  );
});

test('bytes that are no answer are none, and never an error', () => {
  expect(decodeKeptAnswer(new Uint8Array())).toBeNull();
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => void decodeKeptAnswer(bytes)));
});
