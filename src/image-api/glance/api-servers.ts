// The order in which a session's endpoints are used: shuffled once, then cycled, a fresh one for
// each attempt (Nova's `get_api_servers`).

export interface ApiServers {
  /** The endpoint whose turn it is; the turn goes on. */
  next(): string;
}

/** `random` gives numbers from 0 up to, not including, 1. */
export function createApiServers(endpoints: readonly string[], random: () => number): ApiServers {
  const rest = [...endpoints];
  const order: string[] = [];
  while (rest.length > 0) order.push(...rest.splice(Math.floor(random() * rest.length), 1));
  let turn = 0;
  return {
    next() {
      const endpoint = order[turn % order.length] ?? '';
      turn += 1;
      return endpoint;
    },
  };
}
