// What is particular to the memory tier: no copies, and a bound that counts more than the bytes.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test, vi } from 'vitest';
import { createMemoryTier } from '../../src/adapters/memory-tier.ts';
import { createBlocks } from '../../src/adapters/node/blocks.ts';
import { plainBlocks } from '../../src/adapters/plain-runtime.ts';

const clock = { now: () => 0 };

test('a hit is the very array that was stored', async () => {
  const tier = createMemoryTier({ maxBytes: 10_000, clock, blocks: plainBlocks });
  const bytes = Uint8Array.from([1, 2, 3]);
  await tier.store('key', bytes, null);
  const found = await tier.lookup('key');
  expect(found.kind === 'hit' && found.bytes).toBe(bytes);
});

test('the entry used longest ago makes room', async () => {
  const tier = createMemoryTier({ maxBytes: 3 * 1_600, clock, blocks: plainBlocks });
  for (const key of ['a', 'b', 'c']) await tier.store(key, new Uint8Array(1_000), null);
  await tier.lookup('a');
  await tier.store('d', new Uint8Array(1_000), null);
  const kinds = await Promise.all(['a', 'b', 'c', 'd'].map(async (key) => tier.lookup(key)));
  expect(kinds.map((found) => found.kind)).toEqual(['hit', 'miss', 'hit', 'hit']);
  expect(tier.usage().bytes).toBeLessThanOrEqual(3 * 1_600);
});

test('a store tells what went for it, but not what it replaced', async () => {
  const tier = createMemoryTier({ maxBytes: 3 * 1_600, clock, blocks: plainBlocks });
  const store = (key: string, length: number) => tier.store(key, new Uint8Array(length), null);
  const sizeOf = async (key: string, length: number) => {
    const before = tier.usage().bytes;
    await store(key, length);
    return tier.usage().bytes - before;
  };
  const room = (await sizeOf('a', 1_000)) + (await sizeOf('b', 900));
  const evicted = { entries: 0, bytes: 0 };
  expect(await store('c', 1_000)).toEqual({ kind: 'stored', evicted });
  expect(await store('c', 1_001)).toEqual({ kind: 'stored', evicted });
  const two = { entries: 2, bytes: room };
  expect(await store('d', 2_500)).toEqual({ kind: 'stored', evicted: two });
  expect(await store('d', 2_500)).toEqual({ kind: 'stored', evicted });
});

test('even empty entries are bounded', async () => {
  const tier = createMemoryTier({ maxBytes: 100_000, clock, blocks: plainBlocks });
  for (let index = 0; index < 1_000; index += 1) {
    await tier.store(`key-${index}`, new Uint8Array(0), null);
  }
  expect(tier.usage().entries).toBeLessThan(200);
});

test('an entry larger than the bound is refused, and the one before it is gone', async () => {
  const tier = createMemoryTier({ maxBytes: 2_000, clock, blocks: plainBlocks });
  await tier.store('key', new Uint8Array(10), null);
  const refused = { kind: 'refused', reason: 'too-large' };
  expect(await tier.store('key', new Uint8Array(2_000), null)).toEqual(refused);
  expect(await tier.lookup('key')).toEqual({ kind: 'miss' });
});

test('what is lent to others makes the oldest entries go, down to the least', async () => {
  const CHUNK = 4_096;
  const blocks = createBlocks({ size: CHUNK, step: CHUNK, readyBytes: 0 });
  const entry = CHUNK + 600;
  const tier = createMemoryTier({ maxBytes: 8 * entry, leastBytes: 2 * entry, clock, blocks });
  const store = async (key: string): Promise<number> => {
    const bytes = blocks.lend(CHUNK);
    await tier.store(key, bytes, null);
    blocks.release(bytes);
    return tier.usage().entries;
  };
  for (let at = 0; at < 8; at += 1) await store(`a${at}`);
  expect(tier.usage().entries).toBe(8);
  const others = Array.from({ length: 4 }, () => blocks.lend(CHUNK));
  expect(await store('b')).toBe(4);
  expect(await tier.lookup('a0')).toEqual({ kind: 'miss' });
  for (let more = 0; more < 20; more += 1) others.push(blocks.lend(CHUNK));
  expect(await store('c')).toBe(2);
  for (const bytes of others) blocks.release(bytes);
  for (let at = 0; at < 10; at += 1) await store(`d${at}`);
  expect(tier.usage().entries).toBe(8);
});

const CHUNK = 4_096;

/** A tier with room for one chunk, or for none. */
function openSmall(options: { readonly room: 0 | 1; readonly now?: () => number }) {
  const { room, now = () => 0 } = options;
  const blocks = createBlocks({ size: CHUNK, step: CHUNK, readyBytes: 10 * CHUNK });
  const tier = createMemoryTier({ maxBytes: 1 + room * (CHUNK + 600), clock: { now }, blocks });
  /** Whoever has read the chunk from elsewhere, and holds it still. */
  const storeHeld = async (key: string, expiresAt: number | null = null): Promise<Uint8Array> => {
    const bytes = blocks.lend(CHUNK);
    await tier.store(key, bytes, expiresAt);
    return bytes;
  };
  return { blocks, tier, storeHeld };
}

test.each([
  { room: 1, what: 'an entry that had to go' },
  { room: 0, what: 'an entry that there was no room for' },
] as const)('$what is found as long as anybody holds its bytes', async ({ room }) => {
  const { blocks, tier, storeHeld } = openSmall({ room });
  const bytes = await storeHeld('a');
  if (room === 1) blocks.release(await storeHeld('b'));
  const lent = blocks.lent();
  const found = await tier.lookup('a');
  expect(found).toEqual({ kind: 'hit', bytes, expiresAt: null });
  expect(await tier.lookupPart('a', 10, 20)).toMatchObject({ kind: 'hit', size: CHUNK });
  expect(await tier.lookupPart('a', 10, CHUNK + 1)).toEqual({ kind: 'miss' });
  // Two holders more, and not a byte.
  expect(blocks.lent()).toBe(lent);
  for (let holder = 0; holder < 2; holder += 1) blocks.release(bytes);
  expect(await tier.lookup('a')).toMatchObject({ kind: 'hit' });
  for (let holder = 0; holder < 2; holder += 1) blocks.release(bytes);
  expect(blocks.lent()).toBe(lent - CHUNK);
  expect(await tier.lookup('a')).toEqual({ kind: 'miss' });
});

test('what somebody still holds is not found when it was removed, replaced or is over', async () => {
  let now = 0;
  const { blocks, tier, storeHeld } = openSmall({ room: 0, now: () => now });
  for (const key of ['removed', 'replaced', 'over']) await storeHeld(key, 1_000);
  await tier.remove('removed');
  expect(await tier.lookup('removed')).toEqual({ kind: 'miss' });
  await tier.store('replaced', new Uint8Array(CHUNK), null);
  expect(await tier.lookup('replaced')).toEqual({ kind: 'miss' });
  expect(await tier.lookup('over')).toMatchObject({ kind: 'hit' });
  now = 1_000;
  const lent = blocks.lent();
  expect(await tier.lookup('over')).toEqual({ kind: 'miss' });
  expect(blocks.lent()).toBe(lent);
});

test('bytes that nobody ever releases are left to the collector all the same', async () => {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') return expect.fail('nothing to collect with');
  const { blocks, tier, storeHeld } = openSmall({ room: 0 });
  await storeHeld('a');
  await vi.waitFor(() => {
    collect();
    expect(blocks.lent()).toBe(0);
  });
  expect(await tier.lookup('a')).toEqual({ kind: 'miss' });
});
