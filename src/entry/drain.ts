// The end of a process that serves: what is under way may finish until a deadline.
import { systemClock, systemTimers } from '../adapters/node/runtime.ts';

/** Settles with the work, or at the deadline (epoch milliseconds). */
export function settledBefore(deadline: number, work: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const cancel = systemTimers.after(Math.max(0, deadline - systemClock.now()), resolve);
    void work.finally(() => {
      cancel();
      resolve();
    });
  });
}
