// Both implementations of the digests, against node:crypto itself.
import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { createInlineDigests } from '../../src/adapters/inline-digests.ts';
import { createThreadedDigests } from '../../src/adapters/node/digests.ts';
import type { Digests } from '../../src/ports/digests.ts';

const secret = 'a secret of the gateway';
const threaded = createThreadedDigests({ secret, threads: 2 });
afterAll(() => threaded.close());

const MEMORIES: readonly (readonly [string, (bytes: Uint8Array) => Uint8Array])[] = [
  ['memory of its own', (bytes) => new Uint8Array(bytes)],
  [
    'a view into a larger block',
    (bytes) => inTheMiddle(new Uint8Array(bytes.byteLength + 7), bytes),
  ],
  ['shared memory', (bytes) => copyInto(shared(bytes.byteLength), bytes)],
  ['a view into shared memory', (bytes) => inTheMiddle(shared(bytes.byteLength + 7), bytes)],
];

function shared(size: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(size));
}

/** Sizes on both sides of what is worth a thread. */
const SIZES = [0, 1, 64 * 1024, 64 * 1024 + 1, 300_000];

describe.each([
  ['inline', createInlineDigests({ secret })],
  ['threaded', threaded],
] as const)('%s digests', (_, digests: Digests) => {
  it('key a text under the secret', () => {
    const expected = createHmac('sha256', secret).update('tökén').digest('base64url');
    expect(digests.keyed('tökén')).toBe(expected);
    expect(digests.keyed('other')).not.toBe(expected);
  });

  it.each(MEMORIES)('hash a chunk in %s, and leave it as it is', async (_name, place) => {
    for (const size of SIZES) {
      const bytes = noise(size);
      const placed = place(bytes);
      expect(await digests.chunk(placed)).toBe(sha('sha256', bytes));
      expect(Buffer.compare(placed, bytes)).toBe(0);
    }
  });

  it.each(MEMORIES)('hash an image in %s, however it is cut', async (_name, place) => {
    const sizes = fc.array(fc.oneof(fc.nat(200), fc.nat(150_000)), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(sizes, async (lengths) => {
        const pieces = lengths.map((length) => noise(length));
        const digest = digests.image('sha512');
        for (const piece of pieces) await digest?.update(place(piece));
        expect(await digest?.finish()).toBe(sha('sha512', Buffer.concat(pieces)));
      }),
      { numRuns: 15 },
    );
  });

  it('know the algorithms by the names that Glance gives them', async () => {
    const bytes = noise(100_000);
    for (const [name, openssl] of [
      ['md5', 'md5'],
      ['sha1', 'sha1'],
      ['SHA256', 'sha256'],
      ['sha384', 'sha384'],
      ['sha512_256', 'sha512-256'],
      ['sha3_256', 'sha3-256'],
      ['blake2b', 'blake2b512'],
      ['blake2s', 'blake2s256'],
    ] as const) {
      const digest = digests.image(name);
      await digest?.update(bytes);
      expect(await digest?.finish()).toBe(sha(openssl, bytes));
    }
  });

  it('have nothing for a name that they do not know, or a hash without a length', () => {
    for (const name of ['', 'crc32', 'shake_128', 'constructor', 'RSA-SHA256']) {
      expect(digests.image(name)).toBeNull();
    }
  });

  it('keep the running hashes of many images apart', async () => {
    const images = Array.from({ length: 8 }, () => [noise(90_000), noise(10), noise(90_000)]);
    const hashes = await Promise.all(
      images.map(async (pieces) => {
        const digest = digests.image('sha256');
        await Promise.all(pieces.map(async (piece) => digest?.update(piece)));
        return digest?.finish();
      }),
    );
    expect(hashes).toEqual(images.map((pieces) => sha('sha256', Buffer.concat(pieces))));
  });

  it('let a running hash be given up, in any state and twice', async () => {
    for (const size of [0, 10, 100_000]) {
      const digest = digests.image('sha256');
      if (size > 0) await digest?.update(noise(size));
      digest?.discard();
      digest?.discard();
    }
    expect(await digests.chunk(noise(100_000))).toHaveLength(64);
  });
});

describe('threaded digests that are closed', () => {
  it('fail what is pending and what comes later, but go on with what is small', async () => {
    const closing = createThreadedDigests({ secret, threads: 1 });
    const running = closing.image('sha512');
    await running?.update(noise(100_000));
    const pending = Promise.allSettled([
      closing.chunk(new Uint8Array(64 * 1024 * 1024)),
      running?.update(noise(100_000)),
    ]);
    await closing.close();
    expect((await pending).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(closing.chunk(noise(100_000))).rejects.toThrow('closed');
    await expect(running?.finish()).rejects.toThrow('ended');
    expect(await closing.chunk(noise(10))).toHaveLength(64);
  });
});

let seed = 1;

/** Bytes that differ from call to call. */
function noise(size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 1) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = seed >>> 24;
  }
  return bytes;
}

function sha(algorithm: string, bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest('hex');
}

function copyInto(target: Uint8Array, bytes: Uint8Array): Uint8Array {
  target.set(bytes);
  return target;
}

function inTheMiddle(block: Uint8Array, bytes: Uint8Array): Uint8Array {
  return copyInto(block.subarray(3, 3 + bytes.byteLength), bytes);
}
