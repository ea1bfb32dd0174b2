import fc from 'fast-check';
import { expect, test } from 'vitest';
import { imageIdsIn, parseImageId } from '../../src/core/image-id.ts';

const ID = '0d0a0b0c-0000-4000-8000-00000000000a';

test.each([ID, ID.toUpperCase(), 'ffffffff-ffff-ffff-ffff-ffffffffffff'])('%s is an id', (text) => {
  expect(parseImageId(text)).toBe(text.toLowerCase());
});

test.each([
  '',
  ID.slice(1),
  `${ID}0`,
  `${ID}\n`,
  ` ${ID}`,
  `{${ID}}`,
  `urn:uuid:${ID}`,
  ID.replaceAll('-', ''),
  ID.replace('a', 'g'),
  ID.replace('0d', '٠d'),
])('%j is none', (text) => {
  expect(parseImageId(text)).toBeNull();
});

test('the ids of a path are found wherever they stand, each once', () => {
  expect(imageIdsIn(`/v2/images/${ID.toUpperCase()}/x${ID}y/f${ID}`)).toEqual([ID]);
  expect(imageIdsIn('/v2/images')).toEqual([]);
  fc.assert(
    fc.property(fc.uuid(), fc.string(), fc.string(), (id, before, after) => {
      expect(imageIdsIn(`${before.replace(/[0-9a-f-]/gi, '')}${id}/${after}`)[0]).toBe(id);
    }),
  );
});
