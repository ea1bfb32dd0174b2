import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createInlineDigests } from '../../src/adapters/inline-digests.ts';
import type { Generation } from '../../src/core/generation.ts';
import { parseImageId } from '../../src/core/image-id.ts';
import type { ImageDigest } from '../../src/ports/digests.ts';
import type { AnswerBody } from '../../src/serve/exchange.ts';
import { verifiedBody } from '../../src/serve/verified-body.ts';

const DATA = [1, 2, 3, 4, 5].map((byte) => new Uint8Array(3).fill(byte));

function generation(size: number): Generation {
  const imageId = parseImageId('00000000-0000-4000-8000-000000000001');
  if (!imageId) throw new Error('not an id');
  const value = createHash('sha512').update(Buffer.concat(DATA)).digest('hex');
  return { region: 'One', imageId, algorithm: 'sha512', value, size };
}

function sha512(): ImageDigest {
  const digest = createInlineDigests({ secret: 'a secret of the tests' }).image('sha512');
  if (!digest) throw new Error('no sha512');
  return digest;
}

function bodyOf(pieces: readonly Uint8Array[], end: Error | null = null) {
  const left = [...pieces];
  const body = {
    cancelled: 0,
    async read(): Promise<Uint8Array | null> {
      const piece = left.shift();
      if (!piece && end) throw end;
      return piece ?? null;
    },
    cancel(): void {
      body.cancelled += 1;
    },
    sent(): void {},
  };
  return body;
}

async function readAll(body: AnswerBody): Promise<number[]> {
  const bytes: number[] = [];
  for (let piece = await body.read(); piece !== null; piece = await body.read()) {
    bytes.push(...piece);
  }
  return bytes;
}

test('the right bytes pass as they are', async () => {
  const body = verifiedBody(bodyOf(DATA), generation(15), sha512());
  expect(await readAll(body)).toEqual(Array.from(Buffer.concat(DATA)));
  expect(await body.read()).toBeNull();
});

test.each([
  ['a wrong byte', DATA.with(2, new Uint8Array([3, 9, 3]))],
  ['a missing end', DATA.slice(0, 4)],
  ['more than the image has', [...DATA, new Uint8Array([6])]],
  ['nothing', []],
])('after %s the last piece is not handed out, and the body breaks off', async (_, pieces) => {
  const origin = bodyOf(pieces);
  const body = verifiedBody(origin, generation(15), sha512());
  let handedOut = 0;
  const reading = (async () => {
    for (let piece = await body.read(); piece !== null; piece = await body.read()) {
      handedOut += piece.length;
    }
  })();
  await expect(reading).rejects.toMatchObject({ code: 'data-mismatch' });
  expect(handedOut).toBeLessThan(15);
  expect(origin.cancelled).toBe(1);
});

test('a body that breaks off itself does so here too', async () => {
  const body = verifiedBody(bodyOf(DATA, new Error('cut')), generation(15), sha512());
  await expect(readAll(body)).rejects.toThrow('cut');
});

test('leaving cancels the body once it is left', async () => {
  const origin = bodyOf(DATA);
  const body = verifiedBody(origin, generation(15), sha512());
  await body.read();
  body.cancel();
  expect(origin.cancelled).toBe(1);
  expect(await body.read()).toBeNull();
});
