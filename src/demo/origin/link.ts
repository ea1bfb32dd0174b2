// A narrow, far-off wire: everyone who sends over it waits for a turn, so that a WAN's speed and
// delay can be seen on one machine.
import type { Clock, Timers } from '../../ports/runtime.ts';

export interface Link {
  /** Pieces up to this many bytes pass without a jump that one could see (20 ms). */
  readonly grainBytes: number;
  /** Resolves when that many bytes have gone through, after all that were handed in before. */
  carry(bytes: number): Promise<void>;
  /** Resolves after the link's delay: what an answer takes before its first byte. */
  delay(): Promise<void>;
}

export interface LinkOptions {
  readonly bytesPerSecond: number;
  /** Milliseconds, one way there and back together; 0 unless given. */
  readonly delayMs?: number;
  readonly clock: Clock;
  readonly timers: Timers;
}

/** A timer fires late by a few milliseconds; the link makes up for up to this much, in ms. */
const CATCH_UP_MS = 20;

export function createLink({ bytesPerSecond, delayMs = 0, clock, timers }: LinkOptions): Link {
  let freeAt = 0;
  const wait = (ms: number): Promise<void> =>
    ms <= 0 ? Promise.resolve() : new Promise((resolve) => timers.after(ms, resolve));
  return {
    grainBytes: Math.max(1024, Math.floor(bytesPerSecond / 50)),
    carry: (bytes) => {
      const startsAt = Math.max(freeAt, clock.now() - CATCH_UP_MS);
      freeAt = startsAt + (bytes / bytesPerSecond) * 1000;
      return wait(freeAt - clock.now());
    },
    delay: () => wait(delayMs),
  };
}

/** A wire without a limit. */
export const OPEN_LINK: Link = {
  grainBytes: Infinity,
  carry: () => Promise.resolve(),
  delay: () => Promise.resolve(),
};
