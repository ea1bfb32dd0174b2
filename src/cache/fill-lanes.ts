// The lanes of a fill: each reads runs of image data from the origin and cuts them into chunks.
import { chunkLength } from '../core/chunk-plan.ts';
import { GatewayFailure } from '../core/failure.ts';
import { type FillOrder, type FillProgress, nextRun } from '../core/fill-plan.ts';
import type { HeldChunk } from './fill-board.ts';
import type { FillContext } from './fill-context.ts';
import type { ByteRun, DataSource } from './origin-run.ts';

/** Chunks per ranged read: long enough to hide the origin's 20 ms or so of work per request. */
const RUN_CHUNKS = 4;

/**
 * Reads until nothing is left to read, or the fill is ending; settles, never rejects, when no lane
 * runs any more.
 *
 * @param stop told why a lane can't go on
 * @param settle takes a chunk that is whole; must not reject
 */
export async function runLanes(
  context: FillContext,
  source: DataSource,
  stop: (thrown: unknown) => void,
  settle: (index: number, chunk: HeldChunk) => void,
): Promise<void> {
  const { job, options, board, readers } = context;
  const { layout, manifest } = job;
  /** How far the first run is: others may be begun, and have been woken for it. */
  let [begun, woken] = [false, false];
  /** Runs of which nothing has come yet: each will need a chunk. */
  const asked = new Set<ByteRun>();
  await Promise.all(Array.from({ length: options.lanes }, (_, at) => lane(at === 0).catch(stop)));

  /**
   * The first lane finds out whether the origin has ranges. The others wait for its first bytes, also
   * where that is known: what they ask for would only be in the way of what somebody waits for. Nor are
   * they woken by those bytes, which have to be sent first, but by the reader that comes back for more, by
   * the second piece, or by the run's end.
   */
  async function lane(first: boolean): Promise<void> {
    while (!context.closing() && (manifest || board.hashed < board.count)) {
      const mayRead = first || (begun && ability() === 'yes');
      const run = mayRead ? nextRun(progress(), order()) : null;
      if (run && hasRoom(run.from)) await fetchRun(run.from, run.to);
      else await board.moved();
    }
  }

  function wakeOthers(): void {
    if (begun && !woken) board.stir();
    woken = begun;
  }

  function ability(): 'yes' | 'no' | 'unknown' {
    return options.abilities.of(job.generation.region, job.stores);
  }

  function progress(): FillProgress {
    const { count, firstUntaken } = board;
    // Before the ability is known a run must begin at the front: it may have to become the only one.
    const wanted = manifest || ability() === 'yes' ? [...board.wanted()].filter(hasRoom) : [];
    return { count, taken: (index) => board.taken(index), firstUntaken, wanted };
  }

  function order(): FillOrder {
    if (manifest) return { kind: 'repair' };
    if (context.sequential()) return { kind: 'from-front' };
    const window = options.window();
    // Shorter and shorter towards the end: what lanes bring at once there, all readers still have to
    // be sent when the last byte has come.
    const left = (board.count - board.firstUntaken) / (2 * options.lanes);
    const longest = Math.floor(Math.min(RUN_CHUNKS, window / options.lanes, left));
    return { kind: 'by-ranges', longest: Math.max(1, longest), horizon: board.hashed + window };
  }

  async function fetchRun(first: number, end: number): Promise<void> {
    for (let index = first; index < end; index += 1) board.take(index);
    const run: ByteRun = { from: start(first), to: start(end) };
    let index = first;
    let chunk: HeldChunk | null = null;
    let position = 0;
    asked.add(run);
    try {
      for await (const piece of options.readRun(source, run, () => readAll(run, index))) {
        wakeOthers();
        begun = true;
        for (let at = 0; at < piece.length; ) {
          if (context.closing()) return;
          if (!chunk) {
            // Taken up in the turn in which there is room: in the next one another lane may have it.
            while (index > first && !hasRoom(index)) {
              if (isNeededInFront(index)) return giveBack(index, run);
              await board.moved();
            }
            chunk = takeUp(index);
            asked.delete(run);
          }
          const part = piece.subarray(at, at + chunk.bytes.length - position);
          write(chunk, position, part);
          position += part.length;
          at += part.length;
          // A chunk whose digest is known is shown only when it has matched.
          const known = manifest !== null || board.digest(index) !== undefined;
          if (!known) board.arrived(index, chunk, position);
          if (position < chunk.bytes.length) continue;
          settle(index, chunk);
          options.blocks.release(chunk.bytes);
          [chunk, position, index] = [null, 0, index + 1];
          if (manifest && context.sequential()) await goOn(index, run);
        }
      }
    } finally {
      wakeOthers();
      if (asked.delete(run)) board.stir();
      if (chunk) options.blocks.release(chunk.bytes);
    }
  }

  /** The chunk, held for this lane besides the board. */
  function takeUp(index: number): HeldChunk {
    const chunk = board.held(index) ?? lend(index);
    options.blocks.hold(chunk.bytes);
    return chunk;
  }

  function lend(index: number): HeldChunk {
    const bytes = options.blocks.lend(chunkLength(layout, index));
    const chunk = { bytes, written: 0, filled: 0 };
    board.hold(index, chunk);
    return chunk;
  }

  /** Where another lane has been before (it was called off, or still is at it), the bytes are compared. */
  function write(chunk: HeldChunk, position: number, part: Uint8Array): void {
    const before = Math.min(part.length, Math.max(0, chunk.written - position));
    for (let at = 0; at < before; at += 1) {
      if (part[at] === chunk.bytes[position + at]) continue;
      throw new GatewayFailure('data-mismatch', 'The origin sent other bytes than it did before.');
    }
    chunk.bytes.set(part.subarray(before), position + before);
    chunk.written = Math.max(chunk.written, position + part.length);
  }

  function start(index: number): number {
    return Math.min(index * layout.chunkSize, layout.size);
  }

  /** Without ranges the read that is under way becomes the only one, if it begins at the front. */
  function readAll(run: ByteRun, next: number): void {
    if (manifest) return;
    if (run.from > start(board.hashed)) {
      giveBack(next, run);
      run.to = run.from;
      return;
    }
    run.to = layout.size;
    for (let index = next; index < board.count; index += 1) board.take(index);
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
    const { watch } = context.watch;
    const found = await options.chunks.lookup(digest, chunkLength(layout, index), watch);
    if (found.kind === 'hit') options.chunks.release(found);
    if (found.kind === 'hit' || board.taken(index)) return;
    board.take(index);
    run.to = start(index + 1);
  }

  /** True for a lane without room when nobody else is reading what the hash needs next. */
  function isNeededInFront(index: number): boolean {
    return !manifest && index > board.hashed && board.firstUntaken <= board.hashed;
  }

  /**
   * What the hash needs next, and what a reader far ahead waits for, has room: neither is held for
   * long, unless the tiers are slow to take it. Only when the window is full of chunks that are held for
   * readers, and all of those are busy with what they have, does the front wait too: else a slow client
   * would fill the memory.
   */
  function hasRoom(index: number): boolean {
    const window = options.window();
    if (board.heldCount + asked.size < window) return true;
    if (board.storing >= window) return false;
    if (context.farAhead(index)) return true;
    if (manifest) return board.awaited;
    return index <= board.hashed && (board.awaited || board.heldForReaders < window);
  }
}
