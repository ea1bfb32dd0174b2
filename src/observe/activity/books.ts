// All that is added up about what the gateway has done, in one place: counted beside the calls of one
// process, or put together from what several processes have counted.
import type { Activity, ImageActivity, RunningFill } from '../../ports/activity.ts';
import type { Clock } from '../../ports/runtime.ts';
import {
  type ConfiguredRegion,
  createEndpointHealths,
  type EndpointHealths,
  type EndpointNews,
} from './endpoint-health.ts';
import { createImages, type Images } from './images.ts';
import { createMinutes, type Minutes } from './minutes.ts';
import { createTally, type Tally, type TallyParts } from './tally.ts';

export interface BooksOptions {
  readonly clock: Clock;
  readonly regions: readonly ConfiguredRegion[];
  readonly defaultRegion: string;
}

/** What was counted for a while, as plain values that can be sent and added up. */
export interface ActivityNews {
  readonly totals: TallyParts;
  readonly minutes: readonly TallyParts[];
  readonly images: readonly ImageActivity[];
  readonly endpoints: readonly EndpointNews[];
}

export interface Books {
  totals(): Tally;
  readonly minutes: Minutes;
  readonly images: Images;
  readonly healths: EndpointHealths;
  /** As the admin face reads them, with the fills that run now. */
  shown(fills: () => readonly RunningFill[]): Activity;
  /** All that was counted since it was last taken; it is not counted here any more. */
  take(): ActivityNews;
  /** Adds what another process has taken from its books. */
  add(news: ActivityNews): void;
}

export function openBooks({ clock, regions, defaultRegion }: BooksOptions): Books {
  let totals = createTally(clock.now());
  const minutes = createMinutes(clock);
  const images = createImages(clock);
  const healths = createEndpointHealths(regions, defaultRegion, clock);
  return {
    totals: () => totals,
    minutes,
    images,
    healths,
    shown: (fills) => ({
      minutes: () => minutes.last(),
      totals: () => totals.sums(),
      regions: () => healths.regions(),
      fills,
      images: (limit) => images.mostDownloaded(limit),
      image: (imageId, region) => images.find(imageId, region),
    }),
    take() {
      const news = {
        totals: totals.parts(),
        minutes: minutes.take(),
        images: images.take(),
        endpoints: healths.take(),
      };
      totals = createTally(clock.now());
      return news;
    },
    add(news) {
      totals.add(news.totals);
      for (const minute of news.minutes) minutes.add(minute);
      for (const image of news.images) images.add(image);
      for (const endpoint of news.endpoints) healths.add(endpoint);
    },
  };
}
