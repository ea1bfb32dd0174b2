import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chunkKey, epochKey, manifestKey, recordKey } from '../../src/core/cache-key.ts';
import { type ImageId, parseImageId } from '../../src/core/image-id.ts';

const imageId = fc.uuid().map((text): ImageId => {
  const id = parseImageId(text);
  if (id === null) throw new Error(text);
  return id;
});
/** As the configuration allows them; few, so that many inputs differ in one part only. */
const region = fc.oneof(
  fc.constantFrom('One', 'Two', 'One-1', '1', 'epoch', 'a..b'),
  fc.stringMatching(/^[A-Za-z0-9_-]{1,8}$/),
);
const epoch = fc.oneof(fc.constant('0'), fc.uuid());
const caller = fc.base64String().map((text) => Buffer.from(text).toString('base64url'));
const target = fc.oneof(
  fc.constantFrom('/v2/images/a', '/v2/images/a?b', '/v2/images/a/', '//v2'),
  fc.string().map((text) => `/${text}`),
);
const hash = fc.stringMatching(/^[0-9a-f]{32,40}$/);
const generation = fc.record({
  region,
  imageId,
  algorithm: fc.constantFrom('sha512', 'sha256', 'md5', 'sha3_256'),
  value: hash,
  size: fc.oneof(fc.constantFrom(1, 11, 111), fc.nat()),
});

const named = fc.oneof(
  hash.map((digest) => ({ parts: ['chunk', digest], key: chunkKey(digest) })),
  generation.map((it) => ({ parts: ['manifest', JSON.stringify(it)], key: manifestKey(it) })),
  fc
    .tuple(region, imageId)
    .map(([at, id]) => ({ parts: ['epoch', at, id], key: epochKey(at, id) })),
  fc.tuple(region, imageId, epoch, caller, target).map((parts) => ({
    parts: ['record', ...parts],
    key: recordKey(...parts),
  })),
);

test('different things have different names, and the same thing has one', () => {
  fc.assert(
    fc.property(fc.array(named, { maxLength: 40 }), (entries) => {
      const byKey = new Map<string, string>();
      for (const { parts, key } of entries) {
        const known = byKey.get(key);
        if (known !== undefined) expect(JSON.stringify(parts)).toBe(known);
        byKey.set(key, JSON.stringify(parts));
      }
      expect(byKey.size).toBe(new Set(entries.map(({ parts }) => JSON.stringify(parts))).size);
    }),
  );
});

test('two records that differ in one part only have different names', () => {
  const parts = fc.tuple(region, imageId, epoch, caller, target);
  fc.assert(
    fc.property(parts, parts, fc.nat({ max: 4 }), (one, other, at) => {
      fc.pre(one[at] !== other[at]);
      const changed = one.map((part, index) => (index === at ? other[at] : part)) as typeof one;
      expect(recordKey(...changed)).not.toBe(recordKey(...one));
    }),
  );
});
