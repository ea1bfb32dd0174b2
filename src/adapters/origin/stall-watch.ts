// Notices that nothing has moved for too long, with one coarse timer instead of one per piece.
import type { Timers } from '../../ports/runtime.ts';

export interface StallWatch {
  /** Begins to watch; fine when it watches already. */
  start(): void;
  /** Something moved. */
  touch(): void;
  /** Stops watching, until the next start. */
  stop(): void;
}

/** Ticks per deadline: a stall is noticed after one deadline, and at most a quarter later. */
const TICKS = 4;

/** Calls `onStall` once when `stallMs` passed without a touch while it was watching. */
export function createStallWatch(timers: Timers, stallMs: number, onStall: () => void): StallWatch {
  let idleTicks = 0;
  let cancel: (() => void) | null = null;

  function tick(): void {
    cancel = null;
    idleTicks += 1;
    // The first tick may have come right after a touch, so it counts for nothing.
    if (idleTicks > TICKS) onStall();
    else arm();
  }

  function arm(): void {
    cancel = timers.after(stallMs / TICKS, tick);
  }

  return {
    start() {
      idleTicks = 0;
      if (cancel === null) arm();
    },
    touch() {
      idleTicks = 0;
    },
    stop() {
      cancel?.();
      cancel = null;
    },
  };
}
