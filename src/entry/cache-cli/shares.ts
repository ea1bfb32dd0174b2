// What the cache was good for: sums of calls and bytes as the shares that operators speak of. The trace
// page tells the same ones.
import type { ImageActivity, Minute } from '../../ports/activity.ts';

/** What is added up over the minutes of the last hour. */
export type Sums = Pick<
  Minute,
  'calls' | 'errors' | 'hits' | 'misses' | 'imageBytes' | 'fetchedBytes'
>;

export interface Shares {
  readonly calls: number;
  readonly errors: number;
  /** Of the calls that the cache might have answered those that it did, 0 to 1; null without any. */
  readonly hitRatio: number | null;
  /** Of the image data that clients were sent what did not come over the WAN; null without any. */
  readonly localShare: number | null;
  /** Bytes that did not come over the WAN. */
  readonly savedBytes: number;
}

export function shares(sums: Sums): Shares {
  const { calls, errors, hits, misses, fetchedBytes } = sums;
  return {
    calls,
    errors,
    hitRatio: hits + misses === 0 ? null : hits / (hits + misses),
    localShare: localShare(sums),
    savedBytes: Math.max(0, sentBytes(sums) - fetchedBytes),
  };
}

/** 0 while a fill is ahead of its readers; null when clients were sent nothing. */
export function localShare(
  sums: Pick<ImageActivity, 'imageBytes' | 'fetchedBytes'>,
): number | null {
  const sent = sentBytes(sums);
  return sent === 0 ? null : Math.max(0, 1 - sums.fetchedBytes / sent);
}

/** Image data that clients were sent, wherever it came from. */
export function sentBytes({ imageBytes }: Pick<ImageActivity, 'imageBytes'>): number {
  const { memory, disk, redis, origin } = imageBytes;
  return memory + disk + redis + origin;
}

export function hourOf(minutes: readonly Sums[]): Sums {
  const none = { memory: 0, disk: 0, redis: 0, origin: 0 };
  const start: Sums = {
    calls: 0,
    errors: 0,
    hits: 0,
    misses: 0,
    imageBytes: none,
    fetchedBytes: 0,
  };
  return minutes.reduce(added, start);
}

function added(one: Sums, other: Sums): Sums {
  const [a, b] = [one.imageBytes, other.imageBytes];
  return {
    calls: one.calls + other.calls,
    errors: one.errors + other.errors,
    hits: one.hits + other.hits,
    misses: one.misses + other.misses,
    imageBytes: {
      memory: a.memory + b.memory,
      disk: a.disk + b.disk,
      redis: a.redis + b.redis,
      origin: a.origin + b.origin,
    },
    fetchedBytes: one.fetchedBytes + other.fetchedBytes,
  };
}
