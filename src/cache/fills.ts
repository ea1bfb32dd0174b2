// All fills under way: at most one per generation, at most so many at once.
import type { Caller } from '../core/caller.ts';
import { generationKey } from '../core/generation.ts';
import type { Call } from '../ports/call.ts';
import type { Background } from '../ports/runtime.ts';
import { type Fill, startFill } from './fill.ts';
import type { FillJob, FillOptions } from './fill-context.ts';
import type { FillReader } from './fill-readers.ts';
import type { WatchFill } from './fill-watch.ts';

export type Boarded =
  | { readonly kind: 'joined'; readonly reader: FillReader; readonly collapsed: boolean }
  /** `limits.fills` are under way. */
  | { readonly kind: 'full' };

export interface Fills {
  /** Joins the running fill of that generation, or starts it. */
  board(job: FillJob, caller: Caller, call: Call, end: number): Boarded;
  underWay(): number;
}

export interface FillsOptions extends Omit<FillOptions, 'window'> {
  readonly background: Background;
  readonly watch: WatchFill;
  readonly maxFills: number;
  /** Bytes of chunks that all fills together may hold. */
  readonly buffersBytes: number;
  readonly chunkSize: number;
}

/** One chunk coming in and one on its way into the tiers: the least that a fill can work with. */
const LEAST_WINDOW = 2;

export function createFills(options: FillsOptions): Fills {
  const running = new Map<string, Fill>();
  const window = (): number => {
    const share = options.buffersBytes / options.chunkSize / Math.max(1, running.size);
    return Math.max(LEAST_WINDOW, Math.floor(share));
  };

  return {
    underWay: () => running.size,
    board(job, caller, call, end) {
      const kind = job.manifest ? 'repair' : 'whole';
      const key = `${kind}/${job.layout.chunkSize}/${generationKey(job.generation)}`;
      const found = running.get(key);
      if (!found && running.size >= options.maxFills) return { kind: 'full' };
      const fill = found ?? start(key, job, call);
      return {
        kind: 'joined',
        reader: fill.join(caller, call, end),
        collapsed: found !== undefined,
      };
    },
  };

  function start(key: string, job: FillJob, call: Call): Fill {
    const watch = options.watch(call, job.generation, job.manifest ? 'repair' : 'whole');
    const fill = startFill({ ...options, window }, job, watch, () => running.delete(key));
    running.set(key, fill);
    options.background.keep(fill.over);
    return fill;
  }
}
