// The books of the disk tiers, kept by the primary and asked for by the workers: the messages, and the
// primary's side of them.
import type { BookKeeper, Reservation, Unwritten } from '../../adapters/disk/books.ts';
import { StoreRefused } from '../../adapters/entry-store.ts';
import type { Evicted, TierUsage } from '../../ports/tier.ts';
import type { Channel, Topic } from './channel.ts';

/** One of the disk tiers, by its place among them: what every message names. */
interface OfDisk {
  readonly disk: number;
}

/** A refusal is an answer here: errors lose all but their words on the way. */
type Refusable<Answer> =
  | { readonly kind: 'done'; readonly answer: Answer }
  | { readonly kind: 'refused'; readonly reason: StoreRefused['reason'] };

interface ReserveAnswer {
  readonly reservation: Reservation;
  readonly evicted: Evicted;
}

export const RESERVE: Topic<
  OfDisk & { readonly name: string; readonly length: number },
  Refusable<ReserveAnswer>
> = { name: 'disk.reserve' };

/** Answered with how full the folder is now. */
export const PUBLISH: Topic<
  OfDisk & { readonly reservation: Reservation; readonly partial: string },
  Refusable<TierUsage>
> = { name: 'disk.publish' };

export const ABANDON: Topic<
  OfDisk & { readonly reservation: Reservation; readonly why: Unwritten }
> = { name: 'disk.abandon' };

/** Entries that were served since the last time. */
export const USED: Topic<OfDisk & { readonly names: readonly string[] }> = { name: 'disk.used' };

export const REMOVE: Topic<OfDisk & { readonly name: string }, boolean> = { name: 'disk.remove' };

export const CLEAR: Topic<OfDisk> = { name: 'disk.clear' };

export const USAGE: Topic<OfDisk, TierUsage> = { name: 'disk.usage' };

/** Serves that worker until it has gone; then what it had begun is given up. */
export function serveDisks(keepers: readonly BookKeeper[], worker: number, channel: Channel): void {
  const desks = keepers.map((keeper) => keeper.desk(String(worker)));
  const desk = ({ disk }: OfDisk) => {
    const found = desks[disk];
    if (found === undefined) throw new Error('There is no such disk tier.');
    return found;
  };
  channel.on(RESERVE, (message) => refusable(desk(message).reserve(message.name, message.length)));
  channel.on(PUBLISH, (message) =>
    refusable(
      desk(message)
        .publish(message.reservation, message.partial)
        .then(() => desk(message).usage()),
    ),
  );
  channel.on(ABANDON, (message) => desk(message).abandon(message.reservation, message.why));
  channel.on(USED, (message) => {
    for (const name of message.names) desk(message).noteUse(name);
  });
  channel.on(REMOVE, (message) => desk(message).remove(message.name));
  channel.on(CLEAR, (message) => desk(message).clear());
  channel.on(USAGE, (message) => desk(message).usage());
  channel.onGone(() => {
    for (const one of desks) void one.end();
  });
}

async function refusable<Answer>(work: Promise<Answer>): Promise<Refusable<Answer>> {
  try {
    return { kind: 'done', answer: await work };
  } catch (thrown) {
    if (thrown instanceof StoreRefused) return { kind: 'refused', reason: thrown.reason };
    throw thrown;
  }
}
