// What Node lends the gateway: time, timers, unique names, memory, and work that outlives a request.
import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { Background, Clock, Ids, Timers, Turn } from '../../ports/runtime.ts';

export const systemClock: Clock = { now: () => Date.now() };

/** Longer delays overflow the runtime's 32-bit timers, which would then fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemTimers: Timers = {
  after(ms, work) {
    const timer = setTimeout(work, Math.min(ms, LONGEST_TIMER_MS)).unref();
    return () => clearTimeout(timer);
  },
};

export const nextTurn: Turn = () => setImmediate();

export const randomIds: Ids = { uuid: () => randomUUID() };

/** Background work that can be waited for. */
export type DrainableBackground = Background & {
  /** Resolves when no kept work is left, including what was kept in the meantime. Never rejects. */
  drain(): Promise<void>;
};

export function createBackground(options: {
  /** Told of every rejection. */
  readonly onError: (cause: unknown) => void;
}): DrainableBackground {
  const running = new Set<Promise<unknown>>();
  return {
    keep(work) {
      const watched = work.catch(options.onError).finally(() => running.delete(watched));
      running.add(watched);
    },
    async drain() {
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}

/** Waits, and keeps the process alive meanwhile; rejects with the signal's reason when it aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      if (signal.aborted) reject(signal.reason);
      else resolve();
    }
  });
}
