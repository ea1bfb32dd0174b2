// The sums over a span of time, while they are still added up.

import type { Minute } from '../../ports/activity.ts';
import type { ByteSource, CallSummary } from '../../ports/call-observer.ts';
import { type CacheKind, cacheKind } from './call-kind.ts';
import { createDurations, type DurationCounts } from './durations.ts';

export type Bytes = Readonly<Record<ByteSource, number>>;

export interface Tally {
  readonly time: number;
  /** The call itself; its bytes are told apart from it. */
  ended(summary: CallSummary): void;
  sent(bytes: number, imageBytes: Bytes): void;
  fetched(bytes: number): void;
  sums(): Minute;
  parts(): TallyParts;
  /** Adds what was tallied elsewhere. */
  add(parts: TallyParts): void;
}

/** A tally as plain values that can be added to another one. */
export type TallyParts = Omit<Minute, 'durationMs'> & { readonly durations: DurationCounts };

/** @param time its start, epoch milliseconds */
export function createTally(time: number): Tally {
  const durations = createDurations();
  const kinds: Record<CacheKind, number> = { hits: 0, misses: 0, bypasses: 0 };
  const imageBytes = noBytes();
  let calls = 0;
  let errors = 0;
  let bytesSent = 0;
  let fetchedBytes = 0;
  return {
    time,
    ended(summary) {
      calls += 1;
      if (summary.status >= 500 || summary.ended === 'destroyed') errors += 1;
      const kind = cacheKind(summary.cacheStatus);
      if (kind) kinds[kind] += 1;
      durations.record(summary.durationMs);
    },
    sent(bytes, ofImages) {
      bytesSent += bytes;
      addBytes(imageBytes, ofImages);
    },
    fetched(bytes) {
      fetchedBytes += bytes;
    },
    sums: () => ({
      ...counted(),
      durationMs: {
        p50: durations.quantile(0.5),
        p95: durations.quantile(0.95),
        max: durations.max,
      },
    }),
    parts: () => ({ ...counted(), durations: durations.counts() }),
    add(more) {
      calls += more.calls;
      errors += more.errors;
      kinds.hits += more.hits;
      kinds.misses += more.misses;
      kinds.bypasses += more.bypasses;
      bytesSent += more.bytesSent;
      addBytes(imageBytes, more.imageBytes);
      fetchedBytes += more.fetchedBytes;
      durations.add(more.durations);
    },
  };

  function counted(): Omit<Minute, 'durationMs'> {
    const bytes = { bytesSent, imageBytes: { ...imageBytes }, fetchedBytes };
    return { time, calls, errors, ...kinds, ...bytes };
  }
}

export function noBytes(): Record<ByteSource, number> {
  return { memory: 0, disk: 0, redis: 0, origin: 0 };
}

export function addBytes(sum: Record<ByteSource, number>, more: Bytes): void {
  sum.memory += more.memory;
  sum.disk += more.disk;
  sum.redis += more.redis;
  sum.origin += more.origin;
}
