// The primary's book of who fetches what: one worker for each image at a time.
import type { Channel, Topic } from './channel.ts';

/** Answered with the number of the worker that holds it from now on, or held it before. */
export const TAKE: Topic<string, number> = { name: 'lease.take' };
export const HOLDER: Topic<string, number | null> = { name: 'lease.holder' };
export const GIVE_BACK: Topic<string> = { name: 'lease.give-back' };

export interface LeaseDesk {
  /** Serves that worker until it has gone: what it holds is free then. */
  serve(worker: number, channel: Channel): void;
}

/** As many leases at the most as the workers may have fills. */
export function createLeaseDesk(): LeaseDesk {
  const holders = new Map<string, number>();

  return {
    serve(worker, channel) {
      channel.on(TAKE, (key) => {
        const holder = holders.get(key) ?? worker;
        holders.set(key, holder);
        return holder;
      });
      channel.on(HOLDER, (key) => holders.get(key) ?? null);
      channel.on(GIVE_BACK, (key) => {
        if (holders.get(key) === worker) holders.delete(key);
      });
      channel.onGone(() => {
        for (const [key, holder] of holders) if (holder === worker) holders.delete(key);
      });
    },
  };
}
