// The live tail over several workers, at a worker: calls that somebody wants to hear of are gathered
// until the primary asks for them.
import type { TraceStore, TraceSummary } from '../../ports/trace-store.ts';
import type { Watch, WatchedCalls } from './report.ts';

export interface CallsToTell {
  /** From here on those and no others. */
  want(watches: readonly Watch[]): void;
  /** What has ended since it was last taken. */
  take(): readonly WatchedCalls[];
}

/** For one watch between two reports: as many as wait for one listener of the tail. */
const WAITING = 256;

/** @param watch of the worker's own traces */
export function createWatchedCalls(watch: TraceStore['watch']): CallsToTell {
  const open = new Map<number, { calls: TraceSummary[]; lost: number; unwatch: () => void }>();

  function begin({ id, match }: Watch): void {
    const gathered = { calls: [] as TraceSummary[], lost: 0, unwatch: () => {} };
    open.set(id, gathered);
    gathered.unwatch = watch(match, {
      ended(call) {
        if (gathered.calls.length < WAITING) gathered.calls.push(call);
        else gathered.lost += 1;
      },
      lost(calls) {
        gathered.lost += calls;
      },
    });
  }

  return {
    want(watches) {
      const wanted = new Set(watches.map(({ id }) => id));
      for (const [id, { unwatch }] of open) {
        if (wanted.has(id)) continue;
        unwatch();
        open.delete(id);
      }
      for (const each of watches) if (!open.has(each.id)) begin(each);
    },
    take() {
      const taken: WatchedCalls[] = [];
      for (const [id, gathered] of open) {
        const { calls, lost } = gathered;
        if (calls.length + lost > 0) taken.push({ id, calls, lost });
        [gathered.calls, gathered.lost] = [[], 0];
      }
      return taken;
    },
  };
}
