// The tiers as configured: memory first, then disk and Redis, nearest first.
import type { ClosableTier } from '../adapters/closable-tier.ts';
import type { DiskTierOptions } from '../adapters/disk/open-disk-tier.ts';
import type { TierTrouble } from '../adapters/guarded-tier.ts';
import { createMemoryTier } from '../adapters/memory-tier.ts';
import { systemClock, systemTimers } from '../adapters/node/runtime.ts';
import type { CacheConfig } from '../config/config.ts';
import type { Log } from '../ports/log.ts';
import type { Blocks } from '../ports/runtime.ts';

/**
 * What of the budget is lent to nobody: blocks that lie ready (64 MiB at most), what is read from origins
 * (10 to 20) and on its way to the hashing threads (16), and what is lent between two stores, before
 * entries give way.
 */
const BESIDE_BYTES = 112 * 1024 * 1024;
/** However much is lent: with fewer the memory tier would be of no use. */
const LEAST_CHUNKS = 8;

/** Opens a disk tier: for this process alone, or as one of several that share the folder. */
export type OpenDisk = (options: DiskTierOptions) => Promise<ClosableTier>;

export interface TierParts {
  readonly secret: Uint8Array;
  readonly blocks: Blocks;
  readonly openDisk: OpenDisk;
  readonly log: Log;
}

/** Rejects when the disk tier's folder belongs to another process or can't be used. */
export async function openTiers(
  cache: CacheConfig,
  lent: TierParts,
): Promise<readonly ClosableTier[]> {
  const { secret, blocks, openDisk, log } = lent;
  const [clock, timers] = [systemClock, systemTimers];
  const memory = createMemoryTier({ ...memoryBounds(cache), clock, blocks });
  const tiers: ClosableTier[] = [{ ...memory, close: async () => {} }];
  const onTrouble = (trouble: TierTrouble): void => reportTrouble(log, trouble);
  try {
    for (const tier of cache.tiers) {
      const common = { blocks, clock, timers, onTrouble };
      if (tier.store === 'disk') tiers.push(await openDisk({ ...tier, ...common }));
      else {
        // Its client is a sixth of the whole heap, which every collection goes through.
        const { openRedisTier } = await import('../adapters/redis/open-redis-tier.ts');
        tiers.push(await openRedisTier({ url: tier.url, secret, ...common }));
      }
    }
  } catch (cause) {
    await Promise.all(tiers.map((tier) => tier.close()));
    throw cause;
  }
  return tiers;
}

function memoryBounds({ memoryBytes, chunkBytes, tiers }: CacheConfig) {
  const maxBytes = Math.floor(Math.max(memoryBytes / 4, memoryBytes - BESIDE_BYTES));
  // Where nothing lies below, what goes has to come from the origin again.
  const part = tiers.length > 0 ? memoryBytes / 8 : memoryBytes / 2;
  return { maxBytes, leastBytes: Math.min(maxBytes, Math.max(part, LEAST_CHUNKS * chunkBytes)) };
}

/** Single failures are counted; what an operator should act on is logged. */
function reportTrouble(log: Log, { tier, kind, operation, cause }: TierTrouble): void {
  if (kind === 'opened')
    log.warn({ tier, operation, err: cause }, 'A tier is not asked for a while.');
  else if (kind === 'closed') log.info({ tier }, 'A tier answers again.');
  else if (kind === 'damaged') log.warn({ tier }, 'An entry at rest was damaged and was removed.');
}
