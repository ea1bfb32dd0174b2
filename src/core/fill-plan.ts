// The order in which a fill reads its chunks: what somebody waits for first, then from the front on.
// Pure: the fill asks for the next run whenever a lane is free.

/** Chunks `from` up to, not including, `to`, read from the origin in one go. */
export interface ChunkRun {
  readonly from: number;
  readonly to: number;
}

export interface FillProgress {
  readonly count: number;
  /** True for a chunk that is fetched, or that a lane has taken on. */
  taken(index: number): boolean;
  /** Chunks that readers wait for, in no order. */
  readonly wanted: Iterable<number>;
  /** All below are taken: where the search for an untaken chunk begins. */
  readonly firstUntaken: number;
}

/**
 * How a fill reads.
 *
 * - `from-front`: the origin has no ranges; one read goes from the front to the end.
 * - `by-ranges`: runs of at most `longest` chunks, none that nobody waits for beyond `horizon`.
 * - `repair`: only what is wanted, the rest being cached; runs of one chunk.
 */
export type FillOrder =
  | { readonly kind: 'from-front' }
  | { readonly kind: 'by-ranges'; readonly longest: number; readonly horizon: number }
  | { readonly kind: 'repair' };

/** The next run, or null when there is nothing to read now. */
export function nextRun(progress: FillProgress, order: FillOrder): ChunkRun | null {
  switch (order.kind) {
    case 'from-front': {
      const from = progress.firstUntaken;
      return from < progress.count ? { from, to: progress.count } : null;
    }
    case 'repair': {
      const from = firstWanted(progress);
      return from === null ? null : { from, to: from + 1 };
    }
    case 'by-ranges': {
      const wanted = firstWanted(progress);
      const from = wanted ?? progress.firstUntaken;
      const end = Math.min(progress.count, wanted === null ? order.horizon : progress.count);
      // A short run costs the origin as much work as a long one: rather wait for room for a whole one.
      if (wanted === null && end < progress.count && end - from < order.longest) return null;
      return from < end ? { from, to: untakenEnd(progress, from, end, order.longest) } : null;
    }
  }
}

function firstWanted(progress: FillProgress): number | null {
  let first: number | null = null;
  for (const index of progress.wanted) {
    if (!progress.taken(index) && (first === null || index < first)) first = index;
  }
  return first;
}

function untakenEnd(progress: FillProgress, from: number, end: number, longest: number): number {
  let to = from + 1;
  while (to < Math.min(end, from + longest) && !progress.taken(to)) to += 1;
  return to;
}
