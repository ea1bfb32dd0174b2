// One folder in the hands of three: the process that keeps the books and two that ask it by
// message. Calls go to them in turn, so each sees what the others did.

import { stat } from 'node:fs/promises';
import { relative } from 'node:path';
import { openDiskBooks } from '../../src/adapters/disk/open-disk-books.ts';
import { DISK_LIMITS, openSharedDiskTier } from '../../src/adapters/disk/open-disk-tier.ts';
import { systemTimers } from '../../src/adapters/node/runtime.ts';
import { plainBlocks } from '../../src/adapters/plain-runtime.ts';
import type { Tier } from '../../src/ports/tier.ts';
import { booksByMessage } from '../adapters/disk/books-by-message.ts';
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
  name: 'disk, shared by processes',
  skipped: null,
  async open() {
    const path = await makeFolder();
    const clock = createManualClock();
    let shared = await share();
    return {
      tier: shared.tier,
      clock,
      async damage() {
        for (const file of await entryFilesIn(path)) {
          await flipBit(file, (await stat(file)).size - 1);
        }
      },
      async reopen() {
        await shared.close();
        shared = await share();
        return shared.tier;
      },
      async close() {
        await shared.close();
        const left = await filesIn(path);
        await removeFolder(path);
        return left.filter((file) => !/^(entries|index)\//.test(relative(path, file)));
      },
    };

    async function share() {
      const keeper = await openDiskBooks({ path, maxBytes: 64 * 1024 * 1024, clock });
      const desks = ['keeping', 'one', 'two'].map((writer) => ({
        writer,
        desk: keeper.desk(writer),
      }));
      const tiers = await Promise.all(
        desks.map(({ writer, desk }) =>
          openSharedDiskTier({
            path,
            writer,
            books: writer === 'keeping' ? desk : booksByMessage(desk),
            blocks: plainBlocks,
            clock,
            timers: systemTimers,
            limits: { ...DISK_LIMITS, deadlineMs: 60_000 },
          }),
        ),
      );
      return {
        tier: inTurn(tiers),
        async close() {
          for (const tier of tiers) await tier.close();
          for (const { desk } of desks) await desk.end();
          await keeper.close();
        },
      };
    }
  },
});

function inTurn(tiers: readonly Tier[]): Tier {
  let calls = 0;
  const next = (): Tier => {
    const tier = tiers[calls % tiers.length];
    calls += 1;
    if (tier === undefined) throw new Error('There is no tier.');
    return tier;
  };
  return {
    name: 'disk',
    lookup: (key) => next().lookup(key),
    lookupPart: (key, from, to) => next().lookupPart(key, from, to),
    store: (key, bytes, expiresAt) => next().store(key, bytes, expiresAt),
    remove: (key) => next().remove(key),
    usage: () => next().usage(),
  };
}
