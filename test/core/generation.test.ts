import { expect, test } from 'vitest';
import { cacheability, generationKey } from '../../src/core/generation.ts';
import { type ImageRecord, parseImageRecord } from '../../src/core/image-record.ts';

const ID = '0d0a0b0c-0000-4000-8000-000000000001';
const HASH = 'ab'.repeat(64);

test('active data with a size and a hash is a generation, its hash in lower case', () => {
  const made = cacheability(
    'One',
    record({ os_hash_algo: 'SHA512', os_hash_value: HASH.toUpperCase() }),
  );
  expect(made).toEqual({
    kind: 'cacheable',
    generation: { region: 'One', imageId: ID, algorithm: 'sha512', value: HASH, size: 7 },
  });
});

test.each([
  ['not-active', { status: 'queued' }],
  ['not-active', { status: 'deactivated' }],
  ['not-active', { status: 'Active' }],
  ['not-active', { status: 'queued', size: null, os_hash_value: null }],
  ['no-size', { size: null }],
  ['no-size', { size: -1 }],
  ['no-size', { size: 7.5 }],
  ['no-size', { size: '7' }],
  ['no-size', { size: 2 ** 60 }],
  ['empty', { size: 0 }],
  ['no-hash', { os_hash_algo: null }],
  ['no-hash', { os_hash_value: null }],
  ['no-hash', { os_hash_value: '' }],
  ['no-hash', { os_hash_value: 'xy'.repeat(64) }],
  ['no-hash', { os_hash_value: 'ab' }],
  ['no-hash', { os_hash_value: 'ab'.repeat(200) }],
  ['no-hash', { os_hash_algo: 'sha512/../x' }],
  ['no-hash', { os_hash_algo: 'a'.repeat(33) }],
])('%s: a record with %j', (reason, change) => {
  expect(cacheability('One', record(change))).toEqual({ kind: 'uncacheable', reason });
});

test('other bytes, another region or another image are another generation', () => {
  const base = { region: 'One', imageId: record({}).id, algorithm: 'sha512', value: HASH, size: 7 };
  const other = record({ id: ID.replace('1', '2') }).id;
  const keys = [
    base,
    { ...base, region: 'Two' },
    { ...base, imageId: other },
    { ...base, algorithm: 'sha256' },
    { ...base, value: 'cd'.repeat(64) },
    { ...base, size: 8 },
  ].map(generationKey);
  expect(new Set(keys).size).toBe(keys.length);
});

function record(change: Record<string, unknown>): ImageRecord {
  const active = { id: ID, status: 'active', size: 7, os_hash_algo: 'sha512', os_hash_value: HASH };
  const parsed = parseImageRecord(
    new TextEncoder().encode(JSON.stringify({ ...active, ...change })),
  );
  if (parsed === null) throw new Error('no record');
  return parsed;
}
