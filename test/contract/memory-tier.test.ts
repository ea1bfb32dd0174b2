// The memory tier against the contract.

import { createMemoryTier } from '../../src/adapters/memory-tier.ts';
import { plainBlocks } from '../../src/adapters/plain-runtime.ts';
import { tierContract } from './tier-contract.ts';
import { createManualClock } from './tier-harness.ts';

tierContract({
  name: 'memory',
  skipped: null,
  async open() {
    const clock = createManualClock();
    const tier = createMemoryTier({ maxBytes: 64 * 1024 * 1024, clock, blocks: plainBlocks });
    return { tier, clock, damage: null, reopen: null, close: async () => [] };
  },
});
