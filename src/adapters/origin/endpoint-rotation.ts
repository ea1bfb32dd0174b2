// The order in which a region's endpoints are tried: shuffled once, then cycled, the failing last.
import type { Clock } from '../../ports/runtime.ts';

/**
 * 5 s: long enough that a burst of requests does not wait for the same dead address one by one,
 * short enough that a restarted Glance is back in its turn at once.
 */
const COOL_OFF_MS = 5_000;

export interface EndpointRotation {
  has(endpoint: string): boolean;
  /** Every endpoint once, beginning with the one whose turn it is; those cooling off come last. */
  turn(): readonly string[];
  /** A connection to it has just failed. */
  cool(endpoint: string): void;
  /** It took a request. */
  warm(endpoint: string): void;
}

/** `random` gives numbers from 0 up to, not including, 1. */
export function createEndpointRotation(
  endpoints: readonly string[],
  clock: Clock,
  random: () => number,
): EndpointRotation {
  const order = shuffled(endpoints, random);
  const coolUntil = new Map<string, number>();
  let next = 0;

  function isCool(endpoint: string, now: number): boolean {
    const until = coolUntil.get(endpoint);
    // A clock that was set back must not keep an endpoint out for longer than the cool-off.
    return until !== undefined && now < until && until - now <= COOL_OFF_MS;
  }

  return {
    has: (endpoint) => order.includes(endpoint),
    turn() {
      const now = clock.now();
      const cycle = [...order.slice(next), ...order.slice(0, next)];
      next = (next + 1) % Math.max(order.length, 1);
      return [
        ...cycle.filter((endpoint) => !isCool(endpoint, now)),
        ...cycle.filter((endpoint) => isCool(endpoint, now)),
      ];
    },
    cool(endpoint) {
      coolUntil.set(endpoint, clock.now() + COOL_OFF_MS);
    },
    warm(endpoint) {
      coolUntil.delete(endpoint);
    },
  };
}

/** Fisher and Yates' shuffle, on a copy. */
function shuffled(endpoints: readonly string[], random: () => number): readonly string[] {
  const rest = [...endpoints];
  const order: string[] = [];
  while (rest.length > 0) order.push(...rest.splice(Math.floor(random() * rest.length), 1));
  return order;
}
