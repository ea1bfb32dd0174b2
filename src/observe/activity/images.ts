// What became of each image: how often it was downloaded, and what of that came over the WAN.
import type { ImageActivity } from '../../ports/activity.ts';
import type { CallSummary } from '../../ports/call-observer.ts';
import type { Clock } from '../../ports/runtime.ts';
import { imageBytesOf, sentImageData } from './call-kind.ts';
import { addBytes, noBytes } from './tally.ts';

export interface Images {
  ended(summary: CallSummary): void;
  fetched(region: string, imageId: string, bytes: number): void;
  /** A fill ended. */
  filled(region: string, imageId: string, failed: boolean): void;
  mostDownloaded(limit: number): readonly ImageActivity[];
  find(imageId: string, region?: string): readonly ImageActivity[];
  /** All that was counted since it was last taken; it is not counted here any more. */
  take(): readonly ImageActivity[];
  /** Adds what was counted elsewhere. */
  add(more: ImageActivity): void;
}

/**
 * 1,000: many times what one site boots in a day, half a kilobyte each. The one that was not heard of
 * for the longest time is forgotten first.
 */
const KEPT = 1000;

export function createImages(clock: Clock, keep: number = KEPT): Images {
  // In order of hearing of them. Ids are UUIDs: what follows the space is the region.
  const known = new Map<string, Counts>();
  /** The last in that order. */
  let latest: Counts | null = null;

  function touch(region: string, imageId: string): Counts {
    return heardOf(region, imageId, clock.now());
  }

  function heardOf(region: string, imageId: string, at: number): Counts {
    if (latest?.imageId === imageId && latest.region === region) {
      latest.lastSeen = Math.max(latest.lastSeen, at);
      return latest;
    }
    const key = `${imageId} ${region}`;
    const counts = known.get(key) ?? newCounts(region, imageId, at);
    counts.lastSeen = Math.max(counts.lastSeen, at);
    latest = counts;
    known.delete(key);
    known.set(key, counts);
    if (known.size > keep) forgetOldest(known);
    return counts;
  }

  return {
    ended(summary) {
      const { region, imageId, status, bytesSent } = summary;
      // An id that nobody was told anything of may be made up.
      if (region === null || imageId === null || status >= 400) return;
      const counts = touch(region, imageId);
      if (sentImageData(summary)) counts.downloads += 1;
      counts.bytesSent += bytesSent;
      addBytes(counts.imageBytes, imageBytesOf(summary));
    },
    fetched(region, imageId, bytes) {
      touch(region, imageId).fetchedBytes += bytes;
    },
    filled(region, imageId, failed) {
      const counts = touch(region, imageId);
      counts.fills += 1;
      if (failed) counts.failedFills += 1;
    },
    mostDownloaded: (limit) =>
      [...known.values()]
        .toSorted((a, b) => b.downloads - a.downloads || b.lastSeen - a.lastSeen)
        .slice(0, limit)
        .map(snapshot),
    find: (imageId, region) =>
      [...known.values()]
        .filter((counts) => counts.imageId === imageId)
        .filter((counts) => region === undefined || counts.region === region)
        .toSorted((a, b) => (a.region < b.region ? -1 : 1))
        .map(snapshot),
    take() {
      const taken = [...known.values()];
      known.clear();
      latest = null;
      return taken;
    },
    add(more) {
      const counts = heardOf(more.region, more.imageId, more.lastSeen);
      counts.firstSeen = Math.min(counts.firstSeen, more.firstSeen);
      counts.downloads += more.downloads;
      counts.fills += more.fills;
      counts.failedFills += more.failedFills;
      counts.bytesSent += more.bytesSent;
      addBytes(counts.imageBytes, more.imageBytes);
      counts.fetchedBytes += more.fetchedBytes;
    },
  };
}

type Counts = { -readonly [Name in keyof ImageActivity]: ImageActivity[Name] } & {
  readonly imageBytes: ReturnType<typeof noBytes>;
};

function newCounts(region: string, imageId: string, now: number): Counts {
  return {
    region,
    imageId,
    downloads: 0,
    fills: 0,
    failedFills: 0,
    bytesSent: 0,
    imageBytes: noBytes(),
    fetchedBytes: 0,
    firstSeen: now,
    lastSeen: now,
  };
}

function snapshot(counts: Counts): ImageActivity {
  return { ...counts, imageBytes: { ...counts.imageBytes } };
}

function forgetOldest(known: Map<string, Counts>): void {
  for (const key of known.keys()) {
    known.delete(key);
    return;
  }
}
