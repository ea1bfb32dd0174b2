// What the gateway has done lately, put together: watchers to hang around its parts on one side, the
// numbers of the admin face on the other. Nothing here waits or throws; all of it is bounded.
import type { WatchFill } from '../../cache/fill-watch.ts';
import type { Activity, RunningFill } from '../../ports/activity.ts';
import type { CallObserver } from '../../ports/call-observer.ts';
import type { Origin } from '../../ports/origin.ts';
import type { Wire } from '../../ports/wire.ts';
import { type ActivityNews, type BooksOptions, openBooks } from './books.ts';
import { imageBytesOf } from './call-kind.ts';
import { createRunningFills } from './running-fills.ts';
import { watchOrigin } from './watched-origin.ts';
import { watchWire } from './watched-wire.ts';

export interface ActivityWatch {
  /** What has been seen so far. */
  readonly activity: Activity;
  /**
   * All that has been seen since it was last taken, for somebody else to add up: `activity` knows of
   * it no more.
   */
  readonly take: () => ActivityNews;
  /** Oldest first. */
  readonly fillsUnderWay: () => readonly RunningFill[];
  readonly calls: CallObserver;
  readonly wire: (wire: Wire) => Wire;
  readonly origin: (origin: Origin) => Origin;
  readonly fills: (watch: WatchFill) => WatchFill;
}

export function watchActivity(options: BooksOptions): ActivityWatch {
  const { clock } = options;
  const books = openBooks(options);
  const { minutes, images, healths } = books;
  const fills = createRunningFills(clock, (region, imageId, failed) =>
    images.filled(region, imageId, failed),
  );

  return {
    activity: books.shown(() => fills.list()),
    take: () => books.take(),
    fillsUnderWay: () => fills.list(),
    calls: {
      ended(summary) {
        books.totals().ended(summary);
        books.totals().sent(summary.bytesSent, imageBytesOf(summary));
        minutes.ended(summary);
        images.ended(summary);
      },
    },
    wire: (wire) => watchWire(wire, healths, clock),
    origin: (origin) =>
      watchOrigin(origin, {
        fetched(region, imageId, bytes) {
          books.totals().fetched(bytes);
          minutes.fetched(bytes);
          images.fetched(region, imageId, bytes);
        },
        brokeOff: (region, endpoint, code) => healths.failed(region, endpoint, code),
      }),
    fills: (watch) => fills.watched(watch),
  };
}
