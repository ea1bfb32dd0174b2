// A tier that breaks must not bring an image's earlier epoch back, and with it the old record.

import { expect, it } from 'vitest';
import { createEpochs } from '../../src/cache/epochs.ts';
import type { StackLookup, TierStack } from '../../src/cache/tier-stack.ts';
import { parseImageId } from '../../src/core/image-id.ts';
import { UNWATCHED } from '../../src/ports/call.ts';
import { ALONE } from '../../src/ports/siblings.ts';

it('keeps the epoch that was known last', async () => {
  const imageId = parseImageId('7d2e2a3c-8b6a-4c0e-9a57-0c5f3a0f5a01');
  if (imageId === null) throw new Error('not an id');
  let now = 0;
  let answer: StackLookup = { kind: 'miss', tries: [] };
  const shared: TierStack = {
    lookup: async () => answer,
    lookupPart: async () => ({ kind: 'miss', tries: [] }),
    store: async () => ({ below: true, tiers: [] }),
    remove: async () => {},
  };
  const epochs = createEpochs({
    siblings: ALONE,
    shared,
    clock: { now: () => now },
    ids: { uuid: () => 'unused' },
    believeMs: 10,
    lifetimeMs: 1_000,
  });
  const before = await epochs.of('RegionOne', imageId, UNWATCHED);
  now += 20;
  // Another gateway has written.
  const bytes = new TextEncoder().encode('after');
  const size = bytes.length;
  answer = { kind: 'hit', bytes, within: bytes, size, expiresAt: null, tier: 'redis', tries: [] };
  expect(await epochs.of('RegionOne', imageId, UNWATCHED)).toBe('after');
  now += 20;
  // The tier is broken, which a stack shows as a miss.
  answer = { kind: 'miss', tries: [] };
  expect(await epochs.of('RegionOne', imageId, UNWATCHED)).toBe('after');
  expect(before).not.toBe('after');
});
