// The finished traces that are held, and which one goes when there are too many: errors and the
// slowest calls outlive ordinary ones, for it is them that somebody comes to ask about.
import { createPassingMap, type PassingMap } from './passing-map.ts';

/** Why a trace is worth its room. */
export type TraceWorth = 'ordinary' | 'slow' | 'error';

export interface KeptTraces<Trace> {
  get(traceId: string): Trace | undefined;
  /** The trace, which is not held any more. */
  take(traceId: string): Trace | undefined;
  /** Holds it as the newest; what had to go for it. */
  keep(traceId: string, trace: Trace, worth: TraceWorth): Trace | undefined;
  /** What went, whatever its worth. */
  forgetOldest(): Trace | undefined;
  newestFirst(): readonly Trace[];
}

/** Part of the room that errors have to themselves, and slow ones as well: the rest shows what is usual. */
const RESERVED = 1 / 8;

interface Kept<Trace> {
  readonly trace: Trace;
  readonly order: number;
}

/** @param room for that many traces */
export function createKeptTraces<Trace>(room: number): KeptTraces<Trace> {
  const reserved = Math.floor(room * RESERVED);
  // Each in order of arrival.
  const pools: Record<TraceWorth, PassingMap<Kept<Trace>>> = {
    ordinary: createPassingMap(),
    slow: createPassingMap(),
    error: createPassingMap(),
  };
  const { ordinary, slow, error } = pools;
  let order = 0;

  function find(traceId: string): Trace | undefined {
    return (ordinary.get(traceId) ?? slow.get(traceId) ?? error.get(traceId))?.trace;
  }

  return {
    get: find,
    take(traceId) {
      const trace = find(traceId);
      for (const pool of [ordinary, slow, error]) pool.delete(traceId);
      return trace;
    },
    keep(traceId, trace, worth) {
      order += 1;
      pools[worth].set(traceId, { trace, order });
      if (ordinary.size + slow.size + error.size <= room) return undefined;
      // What a pool has beyond its part of the room is as ordinary as the rest.
      return removeOldest(reserved);
    },
    forgetOldest: () => removeOldest(0),
    newestFirst: () =>
      [...ordinary.values(), ...slow.values(), ...error.values()]
        .sort((a, b) => b.order - a.order)
        .map(({ trace }) => trace),
  };

  /** @param spared of slow ones and of errors, when there are no more of them than that */
  function removeOldest(spared: number): Trace | undefined {
    let pool = ordinary;
    if (slow.size > spared && orderOf(slow) < orderOf(pool)) pool = slow;
    if (error.size > spared && orderOf(error) < orderOf(pool)) pool = error;
    const oldest = pool.oldestKey();
    return oldest === undefined ? undefined : pool.delete(oldest)?.trace;
  }
}

/** Of the pool's oldest trace. */
function orderOf(pool: PassingMap<Kept<unknown>>): number {
  return pool.oldest()?.order ?? Infinity;
}
