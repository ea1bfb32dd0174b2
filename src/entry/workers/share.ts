// What of the configuration's limits one worker has: they are written for the gateway as a whole.
import type { Config } from '../../config/config.ts';

/** Rounded up: the shares of all workers together are never less than what was written. */
export function shareOf(config: Config): Config {
  const { workers, cache, limits } = config;
  const part = (whole: number): number => Math.ceil(whole / workers);
  return {
    ...config,
    cache: { ...cache, memoryBytes: part(cache.memoryBytes) },
    limits: {
      ...limits,
      clientConnections: part(limits.clientConnections),
      calls: part(limits.calls),
      fills: part(limits.fills),
      fillBuffersBytes: part(limits.fillBuffersBytes),
      connections: part(limits.connections),
    },
  };
}
