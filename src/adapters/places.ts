// A bounded number of places for work that runs at once: who comes when all are taken waits in line,
// for a bounded time. Keeps bursts from being turned away by a tier that is only busy.
import type { Timers } from '../ports/runtime.ts';

export interface Places {
  /** A place, at once or after a wait; false when none came free in time. */
  take(): true | Promise<boolean>;
  /** Gives a place up: to who has waited longest, if anybody does. */
  leave(): void;
}

/** @param waitMs how long one waits for a place, in milliseconds */
export function createPlaces(options: {
  readonly places: number;
  readonly waitMs: number;
  readonly timers: Timers;
}): Places {
  const { places, waitMs, timers } = options;
  const line = new Set<() => void>();
  let taken = 0;
  return {
    take() {
      if (taken < places) {
        taken += 1;
        return true;
      }
      return new Promise((resolve) => {
        const goAhead = (): void => {
          cancel();
          resolve(true);
        };
        const cancel = timers.after(waitMs, () => {
          line.delete(goAhead);
          resolve(false);
        });
        line.add(goAhead);
      });
    },
    leave() {
      const [first] = line;
      if (first === undefined) {
        taken -= 1;
        return;
      }
      line.delete(first);
      first();
    },
  };
}
