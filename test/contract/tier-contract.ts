// The contract of ports/tier.ts as one suite; every tier runs it.
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Tier } from '../../src/ports/tier.ts';
import { patternBytes, type TierHarness, type TierSubject } from './tier-harness.ts';

const HOUR_MS = 3_600_000;

const HOSTILE_KEYS: readonly string[] = [
  'k',
  ' ',
  '..',
  '../../etc/passwd',
  '/',
  'a/b\\c',
  'nul\0byte',
  'line\r\nSET x y',
  '*',
  '{tag}',
  '__proto__',
  'ключ-鍵-🔑',
  '\ud800',
  '\udfff',
  'x'.repeat(2048),
  `${'x'.repeat(2047)}y`,
];

/** Registers the suite for one tier. */
export function tierContract({ name, skipped, open }: TierSubject): void {
  const title = skipped === null ? name : `${name} (skipped: ${skipped})`;
  describe.skipIf(skipped !== null)(`the tier contract: ${title}`, () => {
    let harness: TierHarness;
    let tier: Tier;

    beforeEach(async () => {
      harness = await open();
      tier = harness.tier;
    });

    afterEach(async () => {
      expect(await harness.close()).toEqual([]);
    });

    test('an absent entry is a miss, and removing it is fine', async () => {
      expect(await tier.lookup('absent')).toEqual({ kind: 'miss' });
      expect(await tier.remove('absent')).toBe(true);
    });

    test.each([0, 1, 4095, 4096, 4 * 1024 * 1024])('%i bytes come back exactly', async (length) => {
      const bytes = patternBytes(length, length);
      expect(await tier.store('sized', bytes, null)).toMatchObject({ kind: 'stored' });
      await expectHit(tier, 'sized', bytes, null);
    });

    test('any part comes back exactly, and tells of what it is a part', async () => {
      const bytes = patternBytes(4 * 1024 * 1024 - 77, 9);
      const expiresAt = harness.clock.now() + HOUR_MS;
      await tier.store('parted', bytes, expiresAt);
      for (const [from, to] of partsOf(bytes.length)) {
        const found = await tier.lookupPart('parted', from, to);
        if (found.kind !== 'hit') expect.fail(`expected a hit, got ${found.kind}`);
        expect(found).toMatchObject({ size: bytes.length, expiresAt });
        expect(same(found.bytes, bytes.subarray(from, to))).toBe(true);
        expect(found.bytes.buffer).toBe(found.within.buffer);
        expect(found.within.length).toBeLessThanOrEqual(bytes.length);
      }
      await expectHit(tier, 'parted', bytes, expiresAt);
    });

    test('a part of an absent entry, beyond its end or after its time is a miss', async () => {
      expect(await tier.lookupPart('absent', 0, 1)).toEqual({ kind: 'miss' });
      await tier.store('short', patternBytes(5_000, 1), harness.clock.now() + HOUR_MS);
      expect(await tier.lookupPart('short', 4_000, 5_001)).toEqual({ kind: 'miss' });
      expect(await tier.lookupPart('short', 5_000_000, 5_000_001)).toEqual({ kind: 'miss' });
      expect(await tier.lookupPart('short', 4_999, 5_000)).toMatchObject({ kind: 'hit' });
      harness.clock.advance(HOUR_MS);
      expect(await tier.lookupPart('short', 0, 1)).toEqual({ kind: 'miss' });
    });

    test('bytes in shared memory and views into larger blocks come back exactly', async () => {
      const shared = new Uint8Array(new SharedArrayBuffer(70_000));
      shared.set(patternBytes(70_000, 5));
      const view = patternBytes(10_000, 6).subarray(100, 9_000);
      await tier.store('shared', shared, null);
      await tier.store('view', view, null);
      await expectHit(tier, 'shared', shared, null);
      await expectHit(tier, 'view', view, null);
    });

    test('a second store replaces the first, longer or shorter', async () => {
      for (const [index, length] of [10, 9_000, 3, 0, 5_000].entries()) {
        const bytes = patternBytes(length, index);
        expect(await tier.store('again', bytes, null)).toMatchObject({ kind: 'stored' });
        await expectHit(tier, 'again', bytes, null);
      }
    });

    test('a removed entry is a miss and can be stored anew', async () => {
      await tier.store('gone', patternBytes(100, 1), null);
      expect(await tier.remove('gone')).toBe(true);
      expect(await tier.lookup('gone')).toEqual({ kind: 'miss' });
      await tier.store('gone', patternBytes(100, 2), null);
      await expectHit(tier, 'gone', patternBytes(100, 2), null);
    });

    test('an entry is a hit until its time and a miss from then on', async () => {
      const expiresAt = harness.clock.now() + HOUR_MS;
      await tier.store('timed', patternBytes(10, 1), expiresAt);
      harness.clock.advance(HOUR_MS - 1);
      await expectHit(tier, 'timed', patternBytes(10, 1), expiresAt);
      harness.clock.advance(1);
      expect(await tier.lookup('timed')).toEqual({ kind: 'miss' });
    });

    test('an entry stored after its time is a miss, and so is what it replaced', async () => {
      await tier.store('late', patternBytes(10, 1), null);
      await tier.store('late', patternBytes(10, 2), harness.clock.now());
      expect(await tier.lookup('late')).toEqual({ kind: 'miss' });
    });

    test('null never expires', async () => {
      await tier.store('lasting', patternBytes(10, 1), null);
      harness.clock.advance(100 * 365 * 24 * HOUR_MS);
      await expectHit(tier, 'lasting', patternBytes(10, 1), null);
    });

    test('keys of any content and length are kept apart', async () => {
      for (const [index, key] of HOSTILE_KEYS.entries()) {
        expect(await tier.store(key, patternBytes(50, index), null)).toMatchObject({
          kind: 'stored',
        });
      }
      for (const [index, key] of HOSTILE_KEYS.entries()) {
        await expectHit(tier, key, patternBytes(50, index), null);
      }
      for (const key of HOSTILE_KEYS) expect(await tier.remove(key)).toBe(true);
      for (const key of HOSTILE_KEYS) expect(await tier.lookup(key)).toEqual({ kind: 'miss' });
    });

    test('readers among writers and removers of one key see a whole value or none', async () => {
      const values = Array.from({ length: 4 }, (_, seed) => patternBytes(20_000 + seed * 7, seed));
      const seen = { hits: 0, writing: values.length };
      const write = async (seed: number) => {
        for (let round = 0; round < 25; round += 1) {
          await tier.store('shared', values[seed] ?? fail(), null);
          if (round % 8 === seed) await tier.remove('shared');
        }
        seen.writing -= 1;
      };
      const read = async () => {
        while (seen.writing > 0) {
          const found = await tier.lookup('shared');
          expect(found.kind).not.toBe('failed');
          const part = await tier.lookupPart('shared', 10_000, 20_000);
          expect(part.kind).not.toBe('failed');
          // A miss takes no I/O: without this, readers would keep the writers from their turn.
          await setImmediate();
          if (found.kind !== 'hit') continue;
          seen.hits += 1;
          expect(values.some((value) => same(value, found.bytes))).toBe(true);
          if (part.kind !== 'hit') continue;
          const cut = values.filter(({ length }) => length === part.size);
          expect(cut.some((value) => same(value.subarray(10_000, 20_000), part.bytes))).toBe(true);
        }
      };
      await Promise.all([...values.keys()].map(write).concat([read(), read(), read(), read()]));
      await tier.store('shared', values[1] ?? fail(), null);
      await expectHit(tier, 'shared', values[1] ?? fail(), null);
      expect(seen.hits).toBeGreaterThan(0);
    });

    test('damaged entries are misses, and can be stored anew', async (context) => {
      if (harness.damage === null) return context.skip('nothing lies outside the process');
      for (const length of [0, 1, 5_000]) {
        await tier.store(`damaged-${length}`, patternBytes(length, 1), null);
      }
      await harness.damage();
      for (const length of [0, 1, 5_000]) {
        expect(await tier.lookup(`damaged-${length}`)).toEqual({ kind: 'miss' });
        await tier.store(`damaged-${length}`, patternBytes(length, 2), null);
        await expectHit(tier, `damaged-${length}`, patternBytes(length, 2), null);
      }
    });

    test('a part that damage lies in is a miss, and so is the entry from then on', async (context) => {
      if (harness.damage === null) return context.skip('nothing lies outside the process');
      const bytes = patternBytes(1_000_000, 1);
      await tier.store('damaged', bytes, null);
      await harness.damage();
      expect(await tier.lookupPart('damaged', 999_999, 1_000_000)).toEqual({ kind: 'miss' });
      expect(await tier.lookupPart('damaged', 0, 1)).toEqual({ kind: 'miss' });
      expect(await tier.lookup('damaged')).toEqual({ kind: 'miss' });
      await tier.store('damaged', bytes, null);
      expect(await tier.lookupPart('damaged', 999_999, 1_000_000)).toMatchObject({ kind: 'hit' });
    });

    test('entries are there after a restart', async (context) => {
      if (harness.reopen === null) return context.skip('it forgets with its process');
      const expiresAt = harness.clock.now() + HOUR_MS;
      await tier.store('lasting', patternBytes(5_000, 1), null);
      await tier.store('timed', patternBytes(10, 2), expiresAt);
      await tier.store('removed', patternBytes(10, 3), null);
      await tier.remove('removed');
      tier = await harness.reopen();
      await expectHit(tier, 'lasting', patternBytes(5_000, 1), null);
      await expectHit(tier, 'timed', patternBytes(10, 2), expiresAt);
      expect(await tier.lookup('removed')).toEqual({ kind: 'miss' });
    });

    test('it behaves like a map with expiry', async () => {
      let run = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
          run += 1;
          const model = new Map<string, { bytes: Uint8Array; expiresAt: number | null }>();
          for (const { act, key: suffix, length, lifeHours } of steps) {
            const key = `${run}-${suffix}`;
            const now = harness.clock.now();
            const known = model.get(key);
            if (act === 'advance') harness.clock.advance(HOUR_MS);
            else if (act === 'remove') {
              expect(await tier.remove(key)).toBe(true);
              model.delete(key);
            } else if (act === 'store') {
              const bytes = patternBytes(length, length + model.size);
              const expiresAt = lifeHours === null ? null : now + lifeHours * HOUR_MS;
              expect(await tier.store(key, bytes, expiresAt)).toMatchObject({ kind: 'stored' });
              model.set(key, { bytes, expiresAt });
            } else if (known && (known.expiresAt === null || known.expiresAt > now)) {
              await expectHit(tier, key, known.bytes, known.expiresAt);
            } else expect(await tier.lookup(key)).toEqual({ kind: 'miss' });
          }
        }),
        { numRuns: 40 },
      );
    });
  });
}

/** At the ends, across them, and of all sizes. */
function partsOf(length: number): readonly (readonly [number, number])[] {
  const edges = [0, 1, 4_096, 131_071, 131_072, 131_073, 1_000_000, length - 1, length];
  return edges.flatMap((from) => edges.filter((to) => to > from).map((to) => [from, to] as const));
}

const step = fc.record({
  act: fc.constantFrom('store', 'store', 'lookup', 'lookup', 'remove', 'advance'),
  key: fc.constantFrom('a', 'b', 'c'),
  length: fc.nat({ max: 6_000 }),
  lifeHours: fc.option(fc.integer({ min: 0, max: 3 })),
});

async function expectHit(
  tier: Tier,
  key: string,
  bytes: Uint8Array,
  expiresAt: number | null,
): Promise<void> {
  const found = await tier.lookup(key);
  if (found.kind !== 'hit') expect.fail(`expected a hit, got ${JSON.stringify(found)}`);
  expect(found.expiresAt).toBe(expiresAt);
  // Not by a matcher: it would print megabytes.
  expect(same(found.bytes, bytes)).toBe(true);
}

function same(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

function fail(): never {
  throw new Error('The test has no such value.');
}
