import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseImageRecord } from '../../src/core/image-record.ts';

const ID = '0d0a0b0c-0000-4000-8000-00000000000a';
const parse = (json: unknown) => parseImageRecord(new TextEncoder().encode(JSON.stringify(json)));

test('a record is read as far as the gateway needs it', () => {
  expect(
    parse({
      id: ID.toUpperCase(),
      status: 'active',
      size: 12,
      checksum: 'abc',
      os_hash_algo: 'sha512',
      os_hash_value: 'def',
      stores: 'file,http',
      name: 'ignored',
    }),
  ).toEqual({
    id: ID,
    status: 'active',
    size: 12,
    checksum: 'abc',
    hashAlgorithm: 'sha512',
    hashValue: 'def',
    stores: 'file,http',
  });
});

test('what Glance does not know yet is null, and wrong types are as unknown', () => {
  const unknown = { size: null, checksum: null, hashAlgorithm: null, hashValue: null, stores: '' };
  expect(parse({ id: ID, status: 'queued' })).toEqual({ id: ID, status: 'queued', ...unknown });
  const odd = { size: '12', checksum: 5, os_hash_algo: '', os_hash_value: {}, stores: [] };
  expect(parse({ id: ID, status: 'queued', ...odd })).toEqual({
    id: ID,
    status: 'queued',
    ...unknown,
  });
});

test.each(['two\nlines', 'a\u0000b', 'été…', ' '])(
  'a checksum that no header can hold (%j) is as unknown',
  (checksum) => {
    expect(parse({ id: ID, status: 'active', checksum })?.checksum).toBeNull();
  },
);

test.each([
  null,
  [],
  5,
  'text',
  {},
  { id: ID },
  { status: 'active' },
  { id: 'x', status: 'active' },
])('%j is no record', (json) => {
  expect(parse(json)).toBeNull();
});

test('no bytes at all make it throw', () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => void parseImageRecord(bytes)));
});
