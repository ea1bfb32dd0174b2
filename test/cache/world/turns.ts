// A world in which everything that takes time takes turns: whoever waits goes on when the schedule,
// drawn from a seed, picks it. The same seed gives the same order of events.
import { setImmediate } from 'node:timers/promises';
import { createManualTimers, type ManualTimers } from '../../support/manual-timers.ts';

export type WorkKind = 'origin' | 'tier' | 'digest' | 'client';

export interface Turns {
  /** Resolves when the schedule picks it. In each world some kinds of work are slower than others. */
  turn(kind: WorkKind): Promise<void>;
  /** A whole number from 0 up to, not including, `below`. */
  below(below: number): number;
  /** True `share` of the time. */
  chance(share: number): boolean;
  /** Clock and timers: a turn takes a millisecond; waiting for a timer alone takes no turn. */
  readonly timers: ManualTimers;
  /**
   * Gives turns until nobody waits for one or for a timer; throws when that takes more than
   * `limit` turns, which is how a livelock shows.
   */
  settle(limit: number): Promise<void>;
}

/** Longer than any pause of the engine. */
const LONG_MS = 10_000;

export function createTurns(seed: number): Turns {
  const random = createRandom(seed);
  const timers = createManualTimers(1_000);
  const waiting: { readonly go: () => void; readonly speed: number }[] = [];
  const below = (limit: number): number => Math.floor(random() * limit);
  const someSpeed = (): number => [1, 1, 10, 100][below(4)] ?? 1;
  const speeds: Record<WorkKind, number> = {
    origin: someSpeed(),
    tier: someSpeed(),
    digest: someSpeed(),
    client: someSpeed(),
  };

  function pick(): (() => void) | undefined {
    let left = random() * waiting.reduce((sum, { speed }) => sum + speed, 0);
    const at = waiting.findIndex(({ speed }) => {
      left -= speed;
      return left < 0;
    });
    return at < 0 ? waiting.pop()?.go : waiting.splice(at, 1)[0]?.go;
  }

  return {
    timers,
    below,
    chance: (share) => random() < share,
    turn: (kind) => new Promise((go) => waiting.push({ go, speed: speeds[kind] })),
    async settle(limit) {
      for (let turns = 0; ; turns += 1) {
        // Everything that follows from the last turn has happened when the event loop comes round.
        await setImmediate();
        if (turns > limit) throw new Error(`not at rest after ${limit} turns`);
        const go = pick();
        if (go) {
          timers.advance(1);
          go();
        } else if (timers.pending() > 0) timers.advance(LONG_MS);
        else return;
      }
    },
  };
}

/** Mulberry32: small, and good enough to shuffle with. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
