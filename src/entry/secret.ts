// The secret that keys the digests of tokens, and what must not be read or forged in shared tiers.
import { randomBytes } from 'node:crypto';
import { loadOrCreateSecret } from '../adapters/disk/secret.ts';
import type { CacheConfig } from '../config/config.ts';

/** The configured secret; else the one kept beside the first disk tier; else a new one each start. */
export async function openSecret(cache: CacheConfig): Promise<Uint8Array> {
  if (cache.secret !== null) return new TextEncoder().encode(cache.secret);
  const disk = cache.tiers.find((tier) => tier.store === 'disk');
  return disk ? loadOrCreateSecret(`${disk.path}.secret`) : randomBytes(32);
}
