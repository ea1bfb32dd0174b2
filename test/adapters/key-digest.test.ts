import { expect, test } from 'vitest';
import { keyDigest } from '../../src/adapters/key-digest.ts';

test('keys that differ only in lone surrogates are different keys', () => {
  expect(keyDigest('\ud800').equals(keyDigest('\ud801'))).toBe(false);
});
