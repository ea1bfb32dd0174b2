// The disk tier as a worker has it, with its primary's books over messages, against the contract.
import { stat } from 'node:fs/promises';
import { relative } from 'node:path';
import { openDiskBooks } from '../../src/adapters/disk/open-disk-books.ts';
import { DISK_LIMITS, openSharedDiskTier } from '../../src/adapters/disk/open-disk-tier.ts';
import { systemTimers } from '../../src/adapters/node/runtime.ts';
import { plainBlocks } from '../../src/adapters/plain-runtime.ts';
import { serveDisks } from '../../src/entry/workers/disk-desks.ts';
import { openRemoteBooks } from '../../src/entry/workers/remote-books.ts';
import {
  entryFilesIn,
  filesIn,
  flipBit,
  makeFolder,
  removeFolder,
} from '../adapters/disk/folder.ts';
import { openChannelPair } from '../entry/workers/channel-pair.ts';
import { tierContract } from './tier-contract.ts';
import { createManualClock } from './tier-harness.ts';

tierContract({
  name: 'disk of a worker',
  skipped: null,
  async open() {
    const path = await makeFolder();
    const clock = createManualClock();
    const maxBytes = 64 * 1024 * 1024;
    async function openTier() {
      const keeper = await openDiskBooks({ path, maxBytes, clock });
      const line = openChannelPair();
      serveDisks([keeper], 1, line.primary);
      const tier = await openSharedDiskTier({
        path,
        books: await openRemoteBooks(line.worker, 0, systemTimers),
        writer: '1',
        blocks: plainBlocks,
        clock,
        timers: systemTimers,
        limits: { ...DISK_LIMITS, deadlineMs: 60_000 },
      });
      return {
        ...tier,
        async close() {
          await tier.close();
          line.die();
          await keeper.close();
        },
      };
    }
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
