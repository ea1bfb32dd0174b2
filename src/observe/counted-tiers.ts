// Counters around a tier: what it is asked and finds, whoever asks, what it would not take, and what it
// forgot for what it took. Its failures are counted by the stack, which makes misses of them.
import type { Counters } from '../ports/call-observer.ts';
import type { Tier } from '../ports/tier.ts';

export function countTier(tier: Tier, counters: Counters): Tier {
  const { name } = tier;
  return {
    name,
    async lookup(key) {
      const found = await tier.lookup(key);
      const { kind } = found;
      if (kind !== 'failed') counters.count('tier_lookup', { tier: name, answer: kind });
      return found;
    },
    async lookupPart(key, from, to) {
      const found = await tier.lookupPart(key, from, to);
      const { kind } = found;
      if (kind !== 'failed') counters.count('tier_lookup', { tier: name, answer: kind });
      return found;
    },
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
