// The lanes of a fill: each reads runs of image data from the origin and cuts them into chunks.
import { chunkLength } from '../core/chunk-plan.ts';
import { type FillOrder, type FillProgress, nextRun } from '../core/fill-plan.ts';
import type { FillContext } from './fill-context.ts';
import type { ByteRun, DataSource } from './origin-run.ts';

/** Chunks per ranged read: long enough to hide the origin's 20 ms or so of work per request. */
const RUN_CHUNKS = 4;

/**
 * Reads until nothing is left to read; rejects when the origin can't be read.
 *
 * @param settle takes a chunk that is whole; must not reject
 */
export async function runLanes(
  context: FillContext,
  source: DataSource,
  settle: (index: number, bytes: Uint8Array) => void,
): Promise<void> {
  const { job, options, board, readers } = context;
  const { layout, manifest } = job;
  await Promise.all(Array.from({ length: options.lanes }, (_, at) => lane(at === 0)));

  /** The first lane finds out whether the origin has ranges; the others wait for that. */
  async function lane(first: boolean): Promise<void> {
    while (!context.closing() && (manifest || board.hashed < board.count)) {
      const run = first || ability() === 'yes' ? nextRun(progress(), order()) : null;
      if (run) await fetchRun(run.from, run.to);
      else await board.moved();
    }
  }

  function ability(): 'yes' | 'no' | 'unknown' {
    return options.abilities.of(job.generation.region, job.stores);
  }

  function progress(): FillProgress {
    const { count, firstUntaken } = board;
    // Before the ability is known a run must begin at the front: it may have to become the only one.
    const wanted = manifest || ability() === 'yes' ? board.wanted() : [];
    return { count, taken: (index) => board.taken(index), firstUntaken, wanted };
  }

  function order(): FillOrder {
    if (manifest) return { kind: 'repair' };
    if (context.sequential()) return { kind: 'from-front' };
    const window = options.window();
    const longest = Math.max(1, Math.min(RUN_CHUNKS, Math.floor(window / options.lanes)));
    return { kind: 'by-ranges', longest, horizon: board.hashed + window };
  }

  async function fetchRun(first: number, end: number): Promise<void> {
    for (let index = first; index < end; index += 1) board.take(index);
    const run: ByteRun = { from: start(first), to: start(end) };
    let index = first;
    let bytes: Uint8Array | null = null;
    let filled = 0;
    for await (const piece of options.readRun(source, run, readAll)) {
      for (let at = 0; at < piece.length; ) {
        if (!bytes) {
          if (!(await room(index))) return giveBack(index, run);
          bytes = options.buffers.allocate(chunkLength(layout, index));
          board.hold(index, { bytes, filled: 0 });
        }
        const part = piece.subarray(at, at + bytes.length - filled);
        bytes.set(part, filled);
        filled += part.length;
        at += part.length;
        // A repaired chunk is shown only when its digest has matched.
        if (!manifest) board.arrived(index, filled);
        if (filled < bytes.length) continue;
        settle(index, bytes);
        [bytes, filled, index] = [null, 0, index + 1];
        if (manifest && context.sequential()) await goOn(index, run);
      }
    }
  }

  function start(index: number): number {
    return Math.min(index * layout.chunkSize, layout.size);
  }

  /** Without ranges the read that is under way becomes the only one, if it begins at the front. */
  function readAll(run: ByteRun): void {
    if (manifest) return;
    if (run.from > start(board.hashed)) {
      giveBack(Math.ceil(run.from / layout.chunkSize), run);
      run.to = run.from;
      return;
    }
    run.to = layout.size;
    for (let index = 0; index < board.count; index += 1) board.take(index);
  }

  function giveBack(from: number, run: ByteRun): void {
    for (let index = from; index < board.count && start(index) < run.to; index += 1) {
      board.untake(index);
    }
  }

  /** A repair from the front goes on through chunks that are missing too: coming back costs it all again. */
  async function goOn(index: number, run: ByteRun): Promise<void> {
    const digest = manifest?.digests[index];
    if (run.to !== start(index) || digest === undefined) return;
    if (!readers.wantsBeyond(index) || board.taken(index)) return;
    const found = await options.chunks.lookup(digest, chunkLength(layout, index));
    if (found.kind === 'hit') return;
    board.take(index);
    run.to = start(index + 1);
  }

  /**
   * Waits until there is room for one more chunk. What the hash needs next, and what a reader far
   * ahead waits for, always has room: neither is held for long. False when the lane has to turn to
   * the front, because nobody else is reading what the hash needs next.
   */
  async function room(index: number): Promise<boolean> {
    for (;;) {
      if (index <= board.hashed || context.farAhead(index)) return true;
      if (board.heldCount < options.window()) return true;
      if (!context.sequential() && board.firstUntaken <= board.hashed) return false;
      await board.moved();
    }
  }
}
