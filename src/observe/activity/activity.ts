// What the gateway has done lately, put together: watchers to hang around its parts on one side, the
// numbers of the admin face on the other. Nothing here waits or throws; all of it is bounded.
import type { WatchFill } from '../../cache/fill-watch.ts';
import type { Activity } from '../../ports/activity.ts';
import type { CallObserver } from '../../ports/call-observer.ts';
import type { Origin } from '../../ports/origin.ts';
import type { Clock } from '../../ports/runtime.ts';
import type { Wire } from '../../ports/wire.ts';
import { imageBytesOf } from './call-kind.ts';
import { type ConfiguredRegion, createEndpointHealths } from './endpoint-health.ts';
import { createImages } from './images.ts';
import { createMinutes } from './minutes.ts';
import { createRunningFills } from './running-fills.ts';
import { createTally } from './tally.ts';
import { watchOrigin } from './watched-origin.ts';
import { watchWire } from './watched-wire.ts';

export interface ActivityOptions {
  readonly clock: Clock;
  readonly regions: readonly ConfiguredRegion[];
  readonly defaultRegion: string;
}

export interface ActivityWatch {
  /** What has been seen so far. */
  readonly activity: Activity;
  readonly calls: CallObserver;
  readonly wire: (wire: Wire) => Wire;
  readonly origin: (origin: Origin) => Origin;
  readonly fills: (watch: WatchFill) => WatchFill;
}

export function watchActivity({ clock, regions, defaultRegion }: ActivityOptions): ActivityWatch {
  const totals = createTally(clock.now());
  const minutes = createMinutes(clock);
  const images = createImages(clock);
  const healths = createEndpointHealths(regions, defaultRegion, clock);
  const fills = createRunningFills(clock, (region, imageId, failed) =>
    images.filled(region, imageId, failed),
  );

  return {
    activity: {
      minutes: () => minutes.last(),
      totals: () => totals.sums(),
      regions: () => healths.regions(),
      fills: () => fills.list(),
      images: (limit) => images.mostDownloaded(limit),
      image: (imageId, region) => images.find(imageId, region),
    },
    calls: {
      ended(summary) {
        totals.ended(summary);
        totals.sent(summary.bytesSent, imageBytesOf(summary));
        minutes.ended(summary);
        images.ended(summary);
      },
    },
    wire: (wire) => watchWire(wire, healths, clock),
    origin: (origin) =>
      watchOrigin(origin, {
        fetched(region, imageId, bytes) {
          totals.fetched(bytes);
          minutes.fetched(bytes);
          images.fetched(region, imageId, bytes);
        },
        brokeOff: (region, endpoint, code) => healths.failed(region, endpoint, code),
      }),
    fills: (watch) => fills.watched(watch),
  };
}
