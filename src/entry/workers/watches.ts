// The live tail over several workers, at the primary: who wants to hear of which calls, and what the
// workers tell of them.
import type { TraceListener, TraceStore } from '../../ports/trace-store.ts';
import type { Watch, WatchedCalls } from './report.ts';

export interface Watches {
  readonly watch: TraceStore['watch'];
  /** All that go on. */
  all(): readonly Watch[];
  tell(told: readonly WatchedCalls[]): void;
}

/** @param changed called when one begins: workers should hear of it soon */
export function createWatches(changed: () => void): Watches {
  const open = new Map<number, Watch & { readonly listener: TraceListener }>();
  let begun = 0;
  return {
    watch(match, listener) {
      begun += 1;
      const id = begun;
      open.set(id, { id, match, listener });
      changed();
      return () => void open.delete(id);
    },
    all: () => [...open.values()].map(({ id, match }) => ({ id, match })),
    tell(told) {
      for (const { id, calls, lost } of told) {
        const { listener } = open.get(id) ?? {};
        for (const call of calls) listener?.ended(call);
        if (lost > 0) listener?.lost(lost);
      }
    },
  };
}
