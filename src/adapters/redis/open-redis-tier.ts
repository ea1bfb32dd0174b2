// The redis tier as the gateway opens it: connected in the background, Keyv on top, guarded.
import type { Clock, Timers } from '../../ports/runtime.ts';
import type { ClosableTier } from '../closable-tier.ts';
import { type GuardLimits, guardTier, type TierTrouble } from '../guarded-tier.ts';
import { createBytesKeyv } from '../keyv-store.ts';
import { createKeyvTier } from '../keyv-tier.ts';
import { connectRedis } from './connection.ts';
import { createRedisStore } from './redis-store.ts';
import { parseRedisUrl } from './redis-url.ts';

export const REDIS_LIMITS: GuardLimits = {
  // A 4 MiB chunk takes 35 ms at 1 Gbit/s; a Redis that needs longer than this is no help.
  deadlineMs: 250,
  // They share one connection: more would wait behind each other's bytes past the deadline.
  concurrency: 16,
  failuresToOpen: 5,
  // Reconnecting goes on meanwhile; one call every few seconds finds out whether it is back.
  openMs: 5_000,
};

export interface RedisTierOptions {
  /** See `parseRedisUrl`. */
  readonly url: string;
  /** Seals entries; gateways that shall share entries share it. */
  readonly secret: Uint8Array;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly limits?: GuardLimits;
  readonly onTrouble?: (trouble: TierTrouble) => void;
}

/** Resolves even when Redis is down; rejects only for a URL that can't be read. */
export async function openRedisTier(options: RedisTierOptions): Promise<ClosableTier> {
  const { url, timers, limits = REDIS_LIMITS, onTrouble = () => {} } = options;
  const connection = await connectRedis(parseRedisUrl(url), timers);
  const bytesKeyv = createBytesKeyv(createRedisStore({ ...options, connection }));
  const onDamaged = () =>
    onTrouble({ tier: 'redis', kind: 'damaged', operation: 'lookup', cause: null });
  const usage = () => ({ bytes: 0, maxBytes: null, entries: 0 });
  const tier = createKeyvTier({ name: 'redis', bytesKeyv, usage, onDamaged });
  return { ...guardTier(tier, { ...options, limits, onTrouble }), close: () => tier.close() };
}
