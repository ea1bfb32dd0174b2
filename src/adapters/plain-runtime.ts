// What Workers lend the gateway: the web platform alone, and a runtime that must be asked to wait.
import type { Background, Blocks, Clock, Ids, Timers } from '../ports/runtime.ts';

/** On Workers the clock stands still between two turns of I/O. */
export const plainClock: Clock = { now: () => Date.now() };

/** Longer delays overflow the runtime's 32-bit timers, which would then fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const plainTimers: Timers = {
  after(ms, work) {
    const timer = setTimeout(work, Math.min(ms, LONGEST_TIMER_MS));
    return () => clearTimeout(timer);
  },
};

export const plainIds: Ids = { uuid: () => crypto.randomUUID() };

/** Nothing is lent twice: an isolate is not told when what it sent has left. */
export const plainBlocks: Blocks = {
  lend: (size) => new Uint8Array(size),
  hold: () => false,
  release: () => undefined,
  // Nobody counts here: an isolate that takes too much is ended, and its calls are few.
  lent: () => 0,
};

/** Background work that the runtime waits for after the answer has gone out. */
export function createPlainBackground(options: {
  /** Told of every rejection. */
  readonly onError: (cause: unknown) => void;
  /** The runtime's way to stay awake for a promise. */
  readonly waitUntil: (work: Promise<unknown>) => void;
}): Background {
  return {
    keep(work) {
      options.waitUntil(work.catch(options.onError));
    },
  };
}
