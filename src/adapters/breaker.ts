// A circuit breaker: after some failures in a row, stops asking for a while, then lets one call try.
import type { Clock } from '../ports/runtime.ts';

export interface Breaker {
  /** Whether a call may go ahead now; a call let through must report back by exactly one of the others. */
  admits(): boolean;
  /** It worked. True when that closed the breaker. */
  succeeded(): boolean;
  /** It did not. True when that opened the breaker. */
  failed(): boolean;
  /** It was never made: neither good nor bad. */
  withdrawn(): void;
}

export function createBreaker(options: {
  readonly clock: Clock;
  readonly failuresToOpen: number;
  readonly openMs: number;
}): Breaker {
  const { clock, failuresToOpen, openMs } = options;
  let failures = 0;
  let openUntil: number | null = null;
  let probing = false;
  return {
    admits() {
      if (openUntil === null) return true;
      if (probing || clock.now() < openUntil) return false;
      probing = true;
      return true;
    },
    succeeded() {
      const wasOpen = openUntil !== null;
      failures = 0;
      openUntil = null;
      probing = false;
      return wasOpen;
    },
    failed() {
      failures += 1;
      // A probe that failed starts the wait again; so do stragglers from before the opening.
      const opens = openUntil === null && failures >= failuresToOpen;
      if (opens || openUntil !== null) openUntil = clock.now() + openMs;
      probing = false;
      return opens;
    },
    withdrawn() {
      probing = false;
    },
  };
}
