// Counters around a tier: what it is asked and finds, whoever asks, and what it would not take. Its
// failures are counted by the stack, which makes misses of them.
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
    async store(key, bytes, expiresAt) {
      const written = await tier.store(key, bytes, expiresAt);
      if (written.kind !== 'refused') return written;
      counters.count('tier_refusal', { tier: name, reason: written.reason });
      return written;
    },
    remove: (key) => tier.remove(key),
    usage: () => tier.usage(),
  };
}
