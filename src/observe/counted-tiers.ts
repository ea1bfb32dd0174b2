// Counters around a tier: what it is asked and finds, whoever asks, what it would not take, and what it
// forgot for what it took. Its failures are counted by the stack, which makes misses of them.
import { whenThere } from '../core/at-once.ts';
import type { Counters } from '../ports/call-observer.ts';
import type { Tier, TierLookup, TierPart } from '../ports/tier.ts';

export function countTier(tier: Tier, counters: Counters): Tier {
  const { name } = tier;

  function counted<Found extends TierLookup | TierPart>(found: Found): Found {
    const { kind } = found;
    if (kind !== 'failed') counters.count('tier_lookup', { tier: name, answer: kind });
    return found;
  }

  return {
    name,
    lookup: (key) => whenThere(tier.lookup(key), counted),
    lookupPart: (key, from, to) => whenThere(tier.lookupPart(key, from, to), counted),
    async store(key, bytes, expiresAt) {
      const written = await tier.store(key, bytes, expiresAt);
      if (written.kind === 'refused') {
        counters.count('tier_refusal', { tier: name, reason: written.reason });
      } else if (written.kind === 'stored' && written.evicted && written.evicted.entries > 0) {
        counters.count('tier_eviction', { tier: name }, written.evicted.entries);
        counters.count('tier_evicted_bytes', { tier: name }, written.evicted.bytes);
      }
      return written;
    },
    remove: (key) => tier.remove(key),
    usage: () => tier.usage(),
  };
}
