// Time that passes when a test says so: the timers port without a clock behind it.
import type { Clock, Timers } from '../../src/ports/runtime.ts';

export type ManualTimers = Timers &
  Clock & {
    /** Lets `ms` pass, running what falls due in order, and what that sets up in turn. */
    advance(ms: number): void;
    /** Timers that wait. */
    readonly pending: () => number;
  };

interface Waiting {
  readonly due: number;
  readonly work: () => void;
}

export function createManualTimers(start = 0): ManualTimers {
  const waiting = new Set<Waiting>();
  let now = start;

  function nextDue(limit: number): Waiting | null {
    let first: Waiting | null = null;
    for (const timer of waiting) {
      if (timer.due <= limit && (first === null || timer.due < first.due)) first = timer;
    }
    return first;
  }

  return {
    now: () => now,
    after(ms, work) {
      const timer = { due: now + ms, work };
      waiting.add(timer);
      return () => waiting.delete(timer);
    },
    advance(ms) {
      const limit = now + ms;
      for (let timer = nextDue(limit); timer !== null; timer = nextDue(limit)) {
        waiting.delete(timer);
        now = timer.due;
        timer.work();
      }
      now = limit;
    },
    pending: () => waiting.size,
  };
}
