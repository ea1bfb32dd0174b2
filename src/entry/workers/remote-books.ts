// A disk tier's books as a worker sees them: a stand-in that asks the primary, which keeps them.
import type { Books } from '../../adapters/disk/books.ts';
import { StoreRefused } from '../../adapters/entry-store.ts';
import type { Timers } from '../../ports/runtime.ts';
import type { TierUsage } from '../../ports/tier.ts';
import type { Channel } from './channel.ts';
import { ABANDON, CLEAR, PUBLISH, REMOVE, RESERVE, USAGE, USED } from './disk-desks.ts';

/** Uses are hints for the order of eviction, which goes by minutes: they can wait for each other. */
const TELL_USES_MS = 1_000;
/** Of a second's uses; beyond them the hints say nothing that they do not say already. */
const MAX_USES = 4_096;

/** @param disk its place among the disk tiers */
export async function openRemoteBooks(
  channel: Channel,
  disk: number,
  timers: Timers,
): Promise<Books> {
  let usage: TierUsage = await channel.ask(USAGE, { disk });
  const used = new Set<string>();

  return {
    look: () => ({ kind: 'unknown' }),
    async reserve(name, length) {
      const reserved = await channel.ask(RESERVE, { disk, name, length });
      if (reserved.kind === 'refused') throw new StoreRefused(reserved.reason);
      return reserved.answer;
    },
    async publish(reservation, partial) {
      const published = await channel.ask(PUBLISH, { disk, reservation, partial });
      if (published.kind === 'refused') throw new StoreRefused(published.reason);
      usage = published.answer;
    },
    abandon: (reservation, why) => channel.ask(ABANDON, { disk, reservation, why }),
    noteUse(name) {
      if (used.size === 0) timers.after(TELL_USES_MS, tellUses);
      if (used.size < MAX_USES) used.add(name);
    },
    remove: (name) => channel.ask(REMOVE, { disk, name }),
    async removeUnless(name, isFit) {
      if (!(await isFit())) await channel.ask(REMOVE, { disk, name });
    },
    clear: () => channel.ask(CLEAR, { disk }),
    usage: () => usage,
  };

  function tellUses(): void {
    channel.tell(USED, { disk, names: [...used] });
    used.clear();
  }
}
