import { expect, test } from 'vitest';
import { countTier } from '../../src/observe/counted-tiers.ts';
import { text } from '../cache/world/answering-origin.ts';
import { createFakeTier } from '../cache/world/fake-tier.ts';

function counted(options: Parameters<typeof createFakeTier>[0]) {
  const counts: string[] = [];
  const counters = {
    count: (name: string, labels: object, times = 1) =>
      void counts.push([name, ...Object.values(labels), ...(times === 1 ? [] : [times])].join(' ')),
  };
  return { tier: countTier(createFakeTier(options), counters), counts };
}

test('what is found and what is not', async () => {
  const { tier, counts } = counted({ name: 'disk' });
  await tier.lookup('key');
  await tier.store('key', text('value'), null);
  expect(await tier.lookup('key')).toMatchObject({ kind: 'hit', bytes: text('value') });
  expect(await tier.remove('key')).toBe(true);
  expect(counts).toEqual(['tier_lookup disk miss', 'tier_lookup disk hit']);
});

test('what would not be taken', async () => {
  const { tier, counts } = counted({ name: 'memory', maxBytes: 1 });
  expect(await tier.store('key', text('value'), null)).toMatchObject({ kind: 'refused' });
  expect(counts).toEqual(['tier_refusal memory too-large']);
});

test('what went for what was taken', async () => {
  const { tier, counts } = counted({ name: 'memory', maxBytes: 6 });
  for (const [key, value] of Object.entries({ a: '12', b: '345', c: '6789', d: '0' })) {
    await tier.store(key, text(value), null);
  }
  expect(counts).toEqual(['tier_eviction memory 2', 'tier_evicted_bytes memory 5']);
});

test('a broken tier is not counted here', async () => {
  const { tier, counts } = counted({ name: 'disk', failing: 1 });
  await tier.lookup('key');
  await tier.store('key', text('value'), null);
  expect(counts).toEqual([]);
});
