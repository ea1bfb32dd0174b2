// All fills under way: at most one per generation, at most so many at once.
import type { Caller } from '../core/caller.ts';
import { generationKey } from '../core/generation.ts';
import type { Call } from '../ports/call.ts';
import type { Origin } from '../ports/origin.ts';
import type { Background } from '../ports/runtime.ts';
import type { Siblings } from '../ports/siblings.ts';
import { type Fill, startFill } from './fill.ts';
import type { FillJob, FillOptions } from './fill-context.ts';
import type { FillReader } from './fill-readers.ts';
import type { FillShare, ShareFill } from './fill-share.ts';
import type { WatchFill } from './fill-watch.ts';

export type Boarded =
  | {
      readonly kind: 'joined';
      readonly reader: FillReader;
      /** True when it was under way already, here or in another process: known with the first byte. */
      readonly collapsed: () => boolean;
    }
  /**
   * The running one is about to end. A new one beside it would store what the old one may be taking
   * away again: whoever comes now waits until it is over, and looks again.
   */
  | { readonly kind: 'ending'; readonly over: Promise<unknown> }
  /** `limits.fills` are under way. */
  | { readonly kind: 'full' };

export interface Fills {
  /**
   * Joins the running fill of that generation, or starts it.
   *
   * @param begun an answer is on its way, which nobody but a fill can go on with: there is no limit
   *   for it but the one of calls
   */
  board(job: FillJob, caller: Caller, call: Call, end: number, begun: boolean): Boarded;
  /**
   * The face of another process that is fetching that image, if there is one. A fill that follows it
   * reads from the front: whoever begins further on had better ask there.
   */
  elsewhere(job: FillJob): Promise<Origin | null>;
  underWay(): number;
}

export interface FillsOptions extends Omit<FillOptions, 'window' | keyof FillShare> {
  readonly share: ShareFill;
  readonly siblings: Siblings;
  readonly background: Background;
  readonly watch: WatchFill;
  readonly maxFills: number;
  /** Bytes of chunks that all fills together may hold. */
  readonly buffersBytes: number;
  readonly chunkSize: number;
}

/**
 * The chunk that comes in, and then is on its way into the tiers: the least that a fill can work with. With
 * so many fills that none may have more, the others use the origin's link and the disk meanwhile.
 */
const LEAST_WINDOW = 1;

export function createFills(options: FillsOptions): Fills {
  const running = new Map<string, Fill>();
  const window = (): number => {
    const share = options.buffersBytes / options.chunkSize / Math.max(1, running.size);
    return Math.max(LEAST_WINDOW, Math.floor(share));
  };

  return {
    elsewhere: (job) => options.siblings.holder(keyOf(job)),
    underWay: () => running.size,
    board(job, caller, call, end, begun) {
      const key = keyOf(job);
      const found = running.get(key);
      if (!found && !begun && running.size >= options.maxFills) return { kind: 'full' };
      if (found?.ending()) return { kind: 'ending', over: found.over };
      const fill = found ?? start(key, job, call);
      return {
        kind: 'joined',
        reader: fill.join(caller, call, end),
        collapsed: () => found !== undefined || fill.follows(),
      };
    },
  };

  function start(key: string, job: FillJob, call: Call): Fill {
    const watch = options.watch(call, job.generation, kindOf(job), () => fill.state());
    const fill: Fill = startFill({ ...options, ...options.share(key, job), window }, job, watch);
    running.set(key, fill);
    // Whatever becomes of it: an image whose last fill stood here for good could never be read again.
    options.background.keep(fill.over.finally(() => running.delete(key)));
    return fill;
  }
}

const kindOf = (job: FillJob): 'repair' | 'whole' => (job.manifest ? 'repair' : 'whole');

function keyOf(job: FillJob): string {
  return `${kindOf(job)}/${job.layout.chunkSize}/${generationKey(job.generation)}`;
}
