import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chunkCount } from '../../src/core/chunk-plan.ts';
import type { Generation } from '../../src/core/generation.ts';
import { parseImageId } from '../../src/core/image-id.ts';
import { decodeManifest, encodeManifest } from '../../src/core/manifest.ts';

const imageId = parseImageId('0d0a0b0c-0000-4000-8000-000000000001');
if (imageId === null) throw new Error('no image id');
const generationOf = (size: number): Generation => ({
  region: 'One',
  imageId,
  algorithm: 'sha512',
  value: 'ab',
  size,
});

const manifest = fc
  .record({ size: fc.integer({ min: 1, max: 500 }), chunkSize: fc.integer({ min: 1, max: 100 }) })
  .chain((layout) => {
    const count = chunkCount(layout);
    const digest = fc.stringMatching(/^[0-9a-f]{64}$/);
    return fc
      .array(digest, { minLength: count, maxLength: count })
      .map((digests) => ({ ...layout, digests }));
  });

test('a manifest comes back as it was', () => {
  fc.assert(
    fc.property(manifest, (kept) => {
      expect(decodeManifest(encodeManifest(kept), generationOf(kept.size))).toEqual(kept);
    }),
  );
});

test('a manifest of data of another size is refused', () => {
  fc.assert(
    fc.property(manifest, fc.integer({ min: 1, max: 500 }), (kept, size) => {
      fc.pre(size !== kept.size);
      expect(decodeManifest(encodeManifest(kept), generationOf(size))).toBeNull();
    }),
  );
});

const good = { version: 1, size: 10, chunkSize: 5, digests: 'ab'.repeat(64) };

test('the form written by hand is the form that is read', () => {
  expect(decodeManifest(bytesOf(good), generationOf(10))?.digests).toHaveLength(2);
});

test.each([
  { version: 2 },
  { version: '1' },
  { size: 11 },
  { size: '10' },
  { chunkSize: 0 },
  { chunkSize: -5 },
  { chunkSize: 2.5 },
  { chunkSize: '5' },
  { chunkSize: null },
  { chunkSize: 4 },
  { chunkSize: 10 },
  { digests: 'ab'.repeat(63) },
  { digests: `${'ab'.repeat(63)}a` },
  { digests: `${'ab'.repeat(63)}aG` },
  { digests: 'AB'.repeat(64) },
  { digests: ['ab'.repeat(32), 'ab'.repeat(32)] },
  { digests: null },
])('%j instead makes it no manifest', (change) => {
  expect(decodeManifest(bytesOf({ ...good, ...change }), generationOf(10))).toBeNull();
});

test('bytes that are no JSON object are no manifest', () => {
  for (const text of ['', 'null', '[]', '5', '{', '"x"']) {
    expect(decodeManifest(new TextEncoder().encode(text), generationOf(10))).toBeNull();
  }
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(decodeManifest(bytes, generationOf(10))).toBeNull();
    }),
  );
});

function bytesOf(json: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(json));
}
