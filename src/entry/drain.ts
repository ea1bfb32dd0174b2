// The end of a process that serves: what is under way may finish until a deadline.
import { systemClock, systemTimers } from '../adapters/node/runtime.ts';

/** How often a gateway that drains is looked at, in milliseconds. */
const LOOK_MS = 50;

/**
 * Settles when no call is under way, or at the deadline.
 *
 * @param deadline epoch milliseconds
 */
export async function idleBefore(deadline: number, gateway: { underWay(): number }): Promise<void> {
  while (gateway.underWay() > 0 && systemClock.now() < deadline) {
    await new Promise<void>((resolve) => {
      setTimeout(resolve, LOOK_MS);
    });
  }
}

/** Settles with the work, or at the deadline (epoch milliseconds). */
export function settledBefore(deadline: number, work: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const cancel = systemTimers.after(Math.max(0, deadline - systemClock.now()), resolve);
    void work.finally(() => {
      cancel();
      resolve();
    });
  });
}
