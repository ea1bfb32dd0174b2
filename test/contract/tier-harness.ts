// What a tier brings along to be put through the contract suite.
import type { Clock } from '../../src/ports/runtime.ts';
import type { Tier } from '../../src/ports/tier.ts';

/** A clock that stands still until it is told to go on. */
export interface ManualClock extends Clock {
  advance(ms: number): void;
}

export function createManualClock(start = Date.now()): ManualClock {
  let now = start;
  return {
    now: () => now,
    advance(ms) {
      now += ms;
    },
  };
}

/** A tier under test, empty, with room for some 64 MiB. */
export interface TierHarness {
  readonly tier: Tier;
  readonly clock: ManualClock;
  /** Flips one bit in every stored entry; null where nothing lies outside the process. */
  readonly damage: (() => Promise<void>) | null;
  /** Closes the tier and opens it again; null for one that forgets with its process. */
  readonly reopen: (() => Promise<Tier>) | null;
  /** Closes it and tells what it has left behind besides its entries. */
  readonly close: () => Promise<readonly string[]>;
}

export interface TierSubject {
  readonly name: string;
  /** Why it can't be tested here, shown in the report; null when it can. */
  readonly skipped: string | null;
  readonly open: () => Promise<TierHarness>;
}

/** Bytes that differ for every seed, without a run of zeros that a lost write would look like. */
export function patternBytes(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = (seed + 1) >>> 0;
  for (let index = 0; index < length; index += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}
