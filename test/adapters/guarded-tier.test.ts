// A tier that fails, hangs or drowns is asked less and less, and never waited for.
import { setImmediate } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { guardTier, type TierTrouble } from '../../src/adapters/guarded-tier.ts';
import type { Timers } from '../../src/ports/runtime.ts';
import type { Tier, TierLookup } from '../../src/ports/tier.ts';
import { createManualClock, type ManualClock } from '../contract/tier-harness.ts';

const MISS: TierLookup = { kind: 'miss' };
const FAILED: TierLookup = { kind: 'failed', cause: new Error('no route') };

/** Calls wait here until the test answers them. */
interface ScriptedTier extends Tier {
  readonly waiting: ((answer: TierLookup) => void)[];
  calls: number;
}

let clock: ManualClock;
let due: (() => void)[];
let inner: ScriptedTier;
let troubles: TierTrouble[];
let tier: Tier;

beforeEach(() => {
  clock = createManualClock(0);
  due = [];
  troubles = [];
  inner = scriptedTier();
  const timers: Timers = {
    after(_ms, work) {
      due.push(work);
      return () => {
        due = due.filter((other) => other !== work);
      };
    },
  };
  tier = guardTier(inner, {
    limits: { deadlineMs: 250, concurrency: 2, failuresToOpen: 3, openMs: 1_000 },
    clock,
    timers,
    onTrouble: (trouble) => troubles.push(trouble),
  });
});

describe('the deadline', () => {
  test('a call that hangs is failed when its time is up, and its late answer is dropped', async () => {
    const found = tier.lookup('key');
    passDeadlines();
    expect((await found).kind).toBe('failed');
    inner.waiting[0]?.(MISS);
    expect(kinds()).toEqual(['late']);
  });

  test('an answer in time ends its timer', async () => {
    const found = tier.lookup('key');
    inner.waiting[0]?.(MISS);
    expect(await found).toEqual(MISS);
    expect(due).toEqual([]);
  });
});

describe('the bound on calls', () => {
  test('what is too many waits for its turn, first come first served', async () => {
    const all = [1, 2, 3, 4].map(async (number) => tier.lookup(`key ${number}`));
    expect(inner.calls).toBe(2);
    inner.waiting[0]?.(MISS);
    await setImmediate();
    expect(inner.calls).toBe(3);
    for (const answer of inner.waiting) answer(MISS);
    await setImmediate();
    for (const answer of inner.waiting) answer(MISS);
    expect(await Promise.all(all)).toEqual([MISS, MISS, MISS, MISS]);
    expect(kinds()).toEqual([]);
    expect(due).toEqual([]);
  });

  test('who waits in vain is answered by each operation in its own way', async () => {
    void tier.lookup('one');
    void tier.lookup('two');
    const found = tier.lookup('three');
    const written = tier.store('three', new Uint8Array(1), null);
    const removed = tier.remove('three');
    passDeadlines();
    expect((await found).kind).toBe('failed');
    expect(await written).toEqual({ kind: 'refused', reason: 'full' });
    expect(await removed).toBe(false);
    expect(inner.calls).toBe(2);
    expect(kinds().filter((kind) => kind === 'busy')).toEqual(['busy', 'busy', 'busy']);
  });

  test('a late call keeps its place until it has really ended', async () => {
    const one = tier.lookup('one');
    const two = tier.lookup('two');
    passDeadlines();
    await one;
    await two;
    const three = tier.lookup('three');
    passDeadlines();
    expect((await three).kind).toBe('failed');
    expect(inner.calls).toBe(2);
    for (const answer of inner.waiting) answer(MISS);
    await setImmediate();
    void tier.lookup('four');
    expect(inner.calls).toBe(3);
  });
});

describe('the breaker', () => {
  test('opens after failures in a row, and lets one call try when its time is up', async () => {
    for (let failure = 0; failure < 3; failure += 1) await answered(FAILED);
    expect(kinds()).toEqual(['failed', 'failed', 'failed', 'opened']);
    expect((await tier.lookup('resting')).kind).toBe('failed');
    expect(inner.calls).toBe(3);

    clock.advance(1_000);
    const probe = tier.lookup('probe');
    expect((await tier.lookup('beside the probe')).kind).toBe('failed');
    expect(inner.calls).toBe(4);
    inner.waiting[3]?.(MISS);
    expect(await probe).toEqual(MISS);
    expect(await answered(MISS)).toEqual(MISS);
    expect(kinds().at(-1)).toBe('closed');
  });

  test('counts parts that can’t be read like whole entries', async () => {
    for (let failure = 0; failure < 3; failure += 1) {
      expect((await tier.lookupPart('key', 0, 1)).kind).toBe('failed');
    }
    expect(kinds()).toEqual(['failed', 'failed', 'failed', 'opened']);
    expect((await tier.lookup('resting')).kind).toBe('failed');
    expect(inner.calls).toBe(0);
  });

  test('waits again after a probe that failed', async () => {
    for (let failure = 0; failure < 3; failure += 1) await answered(FAILED);
    clock.advance(1_000);
    await answered(FAILED);
    clock.advance(999);
    expect((await tier.lookup('resting')).kind).toBe('failed');
    expect(inner.calls).toBe(4);
    clock.advance(1);
    expect(await answered(MISS)).toEqual(MISS);
  });

  test('does not add up failures with successes in between', async () => {
    for (let round = 0; round < 5; round += 1) {
      await answered(FAILED);
      await answered(FAILED);
      await answered(MISS);
    }
    expect(kinds()).not.toContain('opened');
  });
});

function passDeadlines(): void {
  for (const work of due.splice(0)) work();
}

function kinds(): readonly string[] {
  return troubles.map((trouble) => trouble.kind);
}

async function answered(answer: TierLookup): Promise<TierLookup> {
  const found = tier.lookup('key');
  inner.waiting.at(-1)?.(answer);
  return found;
}

function scriptedTier(): ScriptedTier {
  const waiting: ((answer: TierLookup) => void)[] = [];
  return {
    name: 'disk',
    waiting,
    calls: 0,
    lookup() {
      this.calls += 1;
      return new Promise((resolve) => waiting.push(resolve));
    },
    lookupPart: async () => ({ kind: 'failed', cause: new Error('a bad sector') }),
    store: async () => ({ kind: 'stored', evicted: null }),
    remove: async () => true,
    usage: () => ({ bytes: 0, maxBytes: null, entries: 0 }),
  };
}
