// What the parts of one fill share: its job, its board, its readers and what the gateway lends it.
import type { ChunkLayout } from '../core/chunk-plan.ts';
import type { Generation } from '../core/generation.ts';
import type { Manifest } from '../core/manifest.ts';
import type { Digests } from '../ports/digests.ts';
import type { Blocks, Clock } from '../ports/runtime.ts';
import type { ChunkReads } from './chunk-reads.ts';
import type { FillBoard } from './fill-board.ts';
import type { FillReaders } from './fill-readers.ts';
import type { FillShare } from './fill-share.ts';
import type { FillWatch } from './fill-watch.ts';

/** What is to be filled. A manifest makes it a repair: each chunk is checked by its known digest. */
export interface FillJob {
  readonly generation: Generation;
  readonly layout: ChunkLayout;
  /** The image's stores, as its record lists them. */
  readonly stores: string;
  readonly manifest: Manifest | null;
}

export interface FillOptions extends FillShare {
  readonly reads: ChunkReads;
  readonly digests: Digests;
  readonly blocks: Blocks;
  readonly clock: Clock;
  /** Parallel reads where the origin has ranges. */
  readonly lanes: number;
  /** How many chunks a fill may hold at present: its share of the memory for all fills. */
  window(): number;
}

export interface FillContext {
  readonly job: FillJob;
  readonly options: FillOptions;
  readonly board: FillBoard;
  readonly readers: FillReaders;
  readonly watch: FillWatch;
  /** True while data has to be read from the front, because the origin has no ranges. */
  sequential(): boolean;
  /** True for a chunk that is fetched long before the whole-image hash comes to it. */
  farAhead(index: number): boolean;
  /** True when the fill is ending: nothing new is begun. */
  closing(): boolean;
}
