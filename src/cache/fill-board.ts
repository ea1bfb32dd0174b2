// What of an image a fill has: chunks that are arriving, held, or stored, and who waits for which.
// The meeting place of lanes (which bring), readers (which wait) and the whole-image hash.
import { type ChunkLayout, chunkCount, chunkLength } from '../core/chunk-plan.ts';
import type { GatewayFailure } from '../core/failure.ts';
import type { Clock } from '../ports/runtime.ts';

/** A chunk in the hands of the fill. The bytes below `written` never change. */
export interface HeldChunk {
  readonly bytes: Uint8Array;
  /** Bytes that have come. */
  written: number;
  /** Bytes that readers may have, at most those that have come. */
  filled: number;
}

export interface FillBoard {
  readonly count: number;
  /** Taken on by a lane, or fetched. */
  taken(index: number): boolean;
  take(index: number): void;
  /** A lane gives a chunk back that it has not fetched. */
  untake(index: number): void;
  /** A chunk that was fetched can't be found any more: unless that is under way, it is fetched again. */
  lost(index: number): void;
  readonly firstUntaken: number;
  /** Chunks taken into the whole-image hash, from the front. */
  hashed: number;
  held(index: number): HeldChunk | undefined;
  readonly heldCount: number;
  /** Those of them that are hashed: held only for readers, or until they are stored. */
  readonly heldForReaders: number;
  /** Whole chunks on their way into the tiers. */
  storing: number;
  hold(index: number, chunk: HeldChunk): void;
  release(index: number): void;
  /** SHA-256 of a chunk that was fetched whole; undefined before. */
  digest(index: number): string | undefined;
  setDigest(index: number, digest: string): void;
  /** Bytes that were fetched and not lost, with what has come of chunks that are not whole yet. */
  filledBytes(): number;
  /** Readers may have more bytes of a chunk; wakes them now, or soon when the bytes are few. */
  arrived(index: number, chunk: HeldChunk, filled: number): void;
  /** Chunks that somebody waits for. */
  wanted(): Iterable<number>;
  /** True when somebody waits for a chunk or for the end. */
  readonly awaited: boolean;
  /** Settles at the next change of that chunk; rejects when the fill fails or the signal aborts. */
  changed(index: number, signal: AbortSignal): Promise<void>;
  /** Settles at the next change of anything. */
  moved(): Promise<void>;
  /** Wakes all that wait on that chunk, or on any chunk. */
  wake(index?: number): void;
  /** Wakes those that wait for a change of anything. */
  stir(): void;
  /** From here on every wait rejects with that failure. */
  fail(failure: GatewayFailure): void;
}

/**
 * Readers are woken at the latest after this many bytes or milliseconds: often enough to stream,
 * seldom enough that 32 readers cost little.
 */
const WAKE_BYTES = 256 * 1024;
const WAKE_MS = 20;

/** What has become of a chunk. */
const FREE = 0;
const TAKEN = 1;
const FETCHED = 2;

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (failure: GatewayFailure) => void;
}

export function createFillBoard(layout: ChunkLayout, clock: Clock): FillBoard {
  const count = chunkCount(layout);
  const states = new Uint8Array(count);
  const digests: (string | undefined)[] = [];
  const held = new Map<number, HeldChunk>();
  const waiters = new Map<number, Set<Waiter>>();
  const movers = new Set<Waiter>();
  const wokenAt = new Map<number, { filled: number; time: number }>();
  let firstUntaken = 0;
  let failure: GatewayFailure | null = null;

  function wakeChunk(index: number): void {
    const waiting = waiters.get(index);
    waiters.delete(index);
    for (const waiter of waiting ?? []) waiter.resolve();
  }

  function wakeMovers(): void {
    for (const waiter of movers) waiter.resolve();
    movers.clear();
  }

  function free(index: number, from: number): void {
    if (states[index] !== from) return;
    states[index] = FREE;
    firstUntaken = Math.min(firstUntaken, index);
    wakeMovers();
  }

  const board: FillBoard = {
    count,
    taken: (index) => states[index] !== FREE,
    take(index) {
      if (states[index] === FREE) states[index] = TAKEN;
      while (firstUntaken < count && states[firstUntaken] !== FREE) firstUntaken += 1;
    },
    untake: (index) => free(index, TAKEN),
    lost: (index) => free(index, FETCHED),
    get firstUntaken() {
      return firstUntaken;
    },
    hashed: 0,
    held: (index) => held.get(index),
    get heldCount() {
      return held.size;
    },
    get heldForReaders() {
      let count = 0;
      for (const index of held.keys()) if (index < board.hashed) count += 1;
      return count;
    },
    storing: 0,
    hold(index, chunk) {
      held.set(index, chunk);
    },
    release(index) {
      held.delete(index);
      wokenAt.delete(index);
      wakeMovers();
    },
    digest: (index) => digests[index],
    setDigest(index, digest) {
      digests[index] = digest;
      states[index] = FETCHED;
    },
    // Counted when somebody asks: for the largest image that is a walk over a megabyte of states.
    filledBytes() {
      let bytes = 0;
      for (let index = 0; index < count; index += 1) {
        if (states[index] === FETCHED) bytes += chunkLength(layout, index);
      }
      for (const [index, { written }] of held) if (states[index] !== FETCHED) bytes += written;
      return bytes;
    },
    arrived(index, chunk, filled) {
      chunk.filled = Math.max(chunk.filled, filled);
      if (held.get(index) !== chunk) return;
      const woken = wokenAt.get(index) ?? { filled: 0, time: 0 };
      const whole = filled === chunkLength(layout, index);
      const now = clock.now();
      if (!whole && filled - woken.filled < WAKE_BYTES && now - woken.time < WAKE_MS) return;
      wokenAt.set(index, { filled, time: now });
      wakeChunk(index);
    },
    // Who waits for the end waits under the number after the last chunk, which nobody can fetch.
    wanted: () => [...waiters.keys()].filter((index) => index < count),
    get awaited() {
      return waiters.size > 0;
    },
    changed(index, signal) {
      if (failure) return Promise.reject(failure);
      return new Promise<void>((resolve, reject) => {
        const all = waiters.get(index) ?? new Set<Waiter>();
        waiters.set(index, all);
        const stop = (): void => signal.removeEventListener('abort', leave);
        const waiter: Waiter = {
          resolve: () => {
            stop();
            resolve();
          },
          reject: (reason) => {
            stop();
            reject(reason);
          },
        };
        // The reader sees for itself that its signal has aborted.
        const leave = (): void => {
          all.delete(waiter);
          if (all.size === 0 && waiters.get(index) === all) waiters.delete(index);
          resolve();
        };
        all.add(waiter);
        if (signal.aborted) leave();
        else signal.addEventListener('abort', leave, { once: true });
        wakeMovers();
      });
    },
    moved() {
      if (failure) return Promise.reject(failure);
      return new Promise<void>((resolve, reject) => {
        movers.add({ resolve, reject });
      });
    },
    wake(index) {
      if (index !== undefined) wakeChunk(index);
      else for (const waited of waiters.keys()) wakeChunk(waited);
      wakeMovers();
    },
    stir: wakeMovers,
    fail(reason) {
      failure = reason;
      for (const waiting of waiters.values()) for (const waiter of waiting) waiter.reject(reason);
      for (const waiter of movers) waiter.reject(reason);
      waiters.clear();
      movers.clear();
      held.clear();
    },
  };
  return board;
}
