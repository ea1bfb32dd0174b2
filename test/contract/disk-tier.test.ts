// The disk tier, as the gateway opens it, against the contract.

import { stat } from 'node:fs/promises';
import { relative } from 'node:path';
import { DISK_LIMITS, openDiskTier } from '../../src/adapters/disk/open-disk-tier.ts';
import { systemTimers } from '../../src/adapters/node/runtime.ts';
import { plainBlocks } from '../../src/adapters/plain-runtime.ts';
import {
  entryFilesIn,
  filesIn,
  flipBit,
  makeFolder,
  removeFolder,
} from '../adapters/disk/folder.ts';
import { tierContract } from './tier-contract.ts';
import { createManualClock } from './tier-harness.ts';

tierContract({
  name: 'disk',
  skipped: null,
  async open() {
    const path = await makeFolder();
    const clock = createManualClock();
    const openTier = () =>
      openDiskTier({
        path,
        maxBytes: 64 * 1024 * 1024,
        blocks: plainBlocks,
        clock,
        timers: systemTimers,
        limits: { ...DISK_LIMITS, deadlineMs: 60_000 },
      });
    let tier = await openTier();
    return {
      tier,
      clock,
      async damage() {
        for (const file of await entryFilesIn(path)) {
          await flipBit(file, (await stat(file)).size - 1);
        }
      },
      async reopen() {
        await tier.close();
        tier = await openTier();
        return tier;
      },
      async close() {
        await tier.close();
        const left = await filesIn(path);
        await removeFolder(path);
        return left.filter((file) => !/^(entries|index)\//.test(relative(path, file)));
      },
    };
  },
});
