// The finished traces that are held, and which one goes when there are too many: the oldest of the kind
// that has most of the room. A flood of one kind pushes out its own, be it health checks, errors of an
// origin that is away, or strangers without a token.
import { backwards, createPassingMap } from './passing-map.ts';

export interface KeptTraces<Trace> {
  get(traceId: string): Trace | undefined;
  /** The trace, which is not held any more. */
  take(traceId: string): Trace | undefined;
  /**
   * Holds it as the newest, in place of any of that id; what had to go for it.
   *
   * @param kind one of a closed list
   */
  keep(traceId: string, trace: Trace, kind: string): Trace | undefined;
  /** Of the kind with most traces. */
  forgetOldest(): Trace | undefined;
  /** Those that are held at the moment of asking, whenever they are looked at. */
  newestFirst(): Iterable<Trace>;
}

interface Kept<Trace> {
  readonly trace: Trace;
  readonly kind: string;
}

type Pool = Map<string, number>;

/** @param room for that many traces */
export function createKeptTraces<Trace>(room: number): KeptTraces<Trace> {
  // In order of arrival.
  const held = createPassingMap<Kept<Trace>>();
  // The orders of the traces of each kind by their ids, the oldest first.
  const pools = new Map<string, Pool>();
  let order = 0;

  function take(traceId: string): Trace | undefined {
    const kept = held.delete(traceId);
    if (kept === undefined) return undefined;
    pools.get(kept.kind)?.delete(traceId);
    return kept.trace;
  }

  function forgetOldest(): Trace | undefined {
    let largest: Pool = new Map();
    for (const pool of pools.values()) {
      const more = pool.size - largest.size;
      if (more > 0 || (more === 0 && oldestOf(pool).order < oldestOf(largest).order)) {
        largest = pool;
      }
    }
    return take(oldestOf(largest).traceId);
  }

  return {
    get: (traceId) => held.get(traceId)?.trace,
    take,
    keep(traceId, trace, kind) {
      take(traceId);
      order += 1;
      held.set(traceId, { trace, kind });
      const pool = pools.get(kind);
      if (pool) pool.set(traceId, order);
      else pools.set(kind, new Map([[traceId, order]]));
      return held.size > room ? forgetOldest() : undefined;
    },
    forgetOldest,
    newestFirst: () => tracesOf(backwards(held.values())),
  };
}

function* tracesOf<Trace>(all: Iterable<Kept<Trace>>): Iterable<Trace> {
  for (const { trace } of all) yield trace;
}

function oldestOf(pool: Pool): { readonly traceId: string; readonly order: number } {
  for (const [traceId, order] of pool) return { traceId, order };
  return { traceId: '', order: Infinity };
}
