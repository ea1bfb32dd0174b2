// The primary passes on what one worker has learned, and tells it when all the others go by it.
import type { Timers } from '../../ports/runtime.ts';
import type { News } from '../../ports/siblings.ts';
import { type Channel, PeerGone, type Topic } from './channel.ts';

/** To the primary: answered when all others know. To a worker: answered when it knows. */
export const NEWS: Topic<News> = { name: 'news' };

/**
 * A healthy worker answers within a millisecond, one whose loop is busy within a tenth of a second.
 * A write waits so long at the most.
 */
const DEADLINE_MS = 5_000;

export interface NewsDesk {
  /** @param end ends the worker at once, whatever it is doing */
  serve(worker: number, channel: Channel, end: () => void): void;
}

interface Reader {
  readonly channel: Channel;
  readonly end: () => void;
}

export function createNewsDesk(timers: Timers): NewsDesk {
  const readers = new Map<number, Reader>();

  return {
    serve(worker, channel, end) {
      readers.set(worker, { channel, end });
      channel.onGone(() => readers.delete(worker));
      channel.on(NEWS, async (news) => {
        const others = [...readers].filter(([number]) => number !== worker);
        await Promise.all(others.map(([, reader]) => deliver(reader, news)));
      });
    },
  };

  /**
   * Settles when the worker knows, or has ended. One that does not answer may still serve what the news
   * has made wrong: rather than trust it, it is ended, and another one takes its place.
   */
  async function deliver({ channel, end }: Reader, news: News): Promise<void> {
    const cancel = timers.after(DEADLINE_MS, end);
    try {
      await channel.ask(NEWS, news);
    } catch (thrown) {
      if (thrown instanceof PeerGone) return;
      end();
      await new Promise<void>((resolve) => channel.onGone(resolve));
    } finally {
      cancel();
    }
  }
}
