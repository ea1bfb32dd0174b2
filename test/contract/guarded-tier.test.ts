// A guarded tier against the contract: the guard must not be noticed while nothing goes wrong.

import { guardTier } from '../../src/adapters/guarded-tier.ts';
import { createMemoryTier } from '../../src/adapters/memory-tier.ts';
import { systemTimers } from '../../src/adapters/node/runtime.ts';
import { plainBlocks } from '../../src/adapters/plain-runtime.ts';
import { tierContract } from './tier-contract.ts';
import { createManualClock } from './tier-harness.ts';

tierContract({
  name: 'guarded',
  skipped: null,
  async open() {
    const clock = createManualClock();
    const inner = createMemoryTier({ maxBytes: 64 * 1024 * 1024, clock, blocks: plainBlocks });
    const tier = guardTier(inner, {
      limits: { deadlineMs: 60_000, concurrency: 32, failuresToOpen: 3, openMs: 1_000 },
      clock,
      timers: systemTimers,
      onTrouble: () => {},
    });
    return { tier, clock, damage: null, reopen: null, close: async () => [] };
  },
});
