import fc from 'fast-check';
import { expect, test } from 'vitest';
import { discardBody, readWhole } from '../../src/cache/origin-body.ts';
import { createAnsweringOrigin, text } from './world/answering-origin.ts';
import { aCall } from './world/calls.ts';

const REQUEST = {
  region: 'One',
  endpoint: null,
  method: 'GET',
  target: '/',
  headers: [],
  body: null,
};

async function bodyOf(pieces: readonly (Uint8Array | Error)[]) {
  const origin = createAnsweringOrigin(() => ({ pieces }));
  const { body } = await origin.send(aCall(), REQUEST);
  return { body, origin };
}

test('a body within the limit is its pieces joined, one beyond it is cancelled', async () => {
  const pieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 8 }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(pieces, fc.nat({ max: 40 }), async (given, limit) => {
      const { body, origin } = await bodyOf(given);
      const all = Uint8Array.from(given.flatMap((piece) => [...piece]));
      expect(await readWhole(body, limit)).toEqual(
        all.length <= limit ? { kind: 'whole', bytes: all } : { kind: 'oversized' },
      );
      expect(origin.open()).toBe(0);
    }),
  );
});

test('what is kept of a body of one piece is no view into the buffer that it came in', async () => {
  const pool = new Uint8Array(1_000);
  const { body } = await bodyOf([pool.subarray(10, 20)]);
  const whole = await readWhole(body, 100);
  expect(whole.kind === 'whole' && whole.bytes.buffer.byteLength).toBe(10);
});

test('a short body that is not wanted is read out, a long or broken one is cancelled', async () => {
  const short = await bodyOf([text('error')]);
  await discardBody(short.body);
  const long = await bodyOf(Array.from({ length: 50 }, () => new Uint8Array(32 * 1024)));
  await discardBody(long.body);
  const broken = await bodyOf([text('a'), new Error('cut')]);
  await discardBody(broken.body);
  expect([short, long, broken].map(({ origin }) => origin.open())).toEqual([0, 0, 0]);
  expect(long.origin.reads()).toBe(3);
});
