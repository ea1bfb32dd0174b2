// The readers of a fill: each at its own place and pace, streaming the chunks as they come in.
import type { Caller } from '../core/caller.ts';
import { GatewayFailure } from '../core/failure.ts';
import type { HeaderList } from '../core/headers.ts';
import type { Manifest } from '../core/manifest.ts';
import type { ChunkNeed } from '../core/read-plan.ts';
import type { Call } from '../ports/call.ts';
import type { Blocks, Clock } from '../ports/runtime.ts';
import type { ChunkReads } from './chunk-reads.ts';
import type { ChunkRead, ChunkStream } from './chunk-stream.ts';
import type { FillBoard, HeldChunk } from './fill-board.ts';
import type { ReaderWatch } from './fill-watch.ts';

export interface FillReader {
  /**
   * At least one byte of what is needed of that chunk. `lost` when it has come and gone before it was
   * read: it must be looked up again.
   */
  open(index: number, need: ChunkNeed): Promise<ChunkRead | 'lost'>;
  /** Settles when all bytes of the fill are known to be right; rejects when they are not. */
  verified(): Promise<void>;
  /** @param bytes what it took from the fill */
  leave(bytes: number): void;
}

export interface FillReaders {
  join(caller: Caller, call: Call, end: number, watch: ReaderWatch): FillReader;
  readonly size: number;
  /** True when some reader has still to read that chunk, and none has read it. */
  awaits(index: number): boolean;
  /** True when some reader goes as far as that chunk. */
  wantsBeyond(index: number): boolean;
  credentials(): HeaderList | null;
  refused(credentials: HeaderList): void;
  /** The whole hash has matched. */
  verified(): void;
  /** The fill is over, with a failure or without: what is not here will not come. */
  close(failure: GatewayFailure | null): void;
}

export interface FillReadersOptions {
  readonly board: FillBoard;
  readonly reads: ChunkReads;
  readonly clock: Clock;
  readonly blocks: Blocks;
  readonly manifest: Manifest | null;
  /** A reader has gone on past that chunk. */
  passed(index: number): void;
  /** A reader waits for a chunk that was fetched and can't be found any more. */
  lost(index: number): void;
  /** A reader has left. */
  left(): void;
}

interface Place {
  readonly first: number;
  index: number;
  readonly end: number;
}

/** A fill needs one good token at a time; this many in reserve is plenty. */
const MAX_CREDENTIALS = 64;

export function createFillReaders(options: FillReadersOptions): FillReaders {
  const { board, reads, clock, blocks, manifest } = options;
  const places = new Set<Place>();
  const credentials = new Map<string, HeaderList>();
  let closed = false;
  let failed: GatewayFailure | null = null;
  let isVerified = manifest !== null;

  return {
    join(caller, call, end, watch) {
      if (credentials.size < MAX_CREDENTIALS) credentials.set(caller.digest, caller.credentials);
      const place: Place = { first: -1, index: -1, end };
      places.add(place);
      return reader(place, call, watch);
    },
    get size() {
      return places.size;
    },
    awaits(index) {
      let awaited = false;
      for (const place of places) {
        if (place.index > index && place.first <= index) return false;
        if (place.index <= index && index < place.end) awaited = true;
      }
      return awaited;
    },
    wantsBeyond(index) {
      for (const place of places) if (index < place.end) return true;
      return false;
    },
    credentials() {
      for (const headers of credentials.values()) return headers;
      return null;
    },
    refused(headers) {
      for (const [digest, known] of credentials) if (known === headers) credentials.delete(digest);
    },
    verified() {
      isVerified = true;
      board.wake();
    },
    close(failure) {
      closed = true;
      failed = failure;
      board.wake();
    },
  };

  function reader(place: Place, call: Call, watch: ReaderWatch): FillReader {
    const { signal } = call;
    let waitedMs = 0;
    /** The chunk that was gone when this reader came back for more of it. */
    let missed = -1;
    return {
      async open(index, need) {
        goOn(place, index);
        for (;;) {
          if (signal.aborted) throw gone();
          if (failed) throw failed;
          const held = board.held(index);
          if (held && held.filled > need.from) return arriving(index, held, need);
          const digest = held ? undefined : board.digest(index);
          if (digest !== undefined) {
            const found = await stored(index, digest, need);
            if (found) return found;
            // It may have come while it was looked for: nobody would wake this reader again.
            if ((board.held(index)?.filled ?? 0) > need.from) continue;
          }
          // Of a fill that failed nothing may be read on: the bytes before these were never verified.
          if (failed) throw failed;
          if (closed) return 'lost';
          await changed(index);
        }
      },
      async verified() {
        // Whoever waits for the end holds up nobody: its bytes are in its own hands by now.
        goOn(place, place.end);
        while (!isVerified) {
          if (signal.aborted) throw gone();
          await changed(board.count);
        }
      },
      leave(bytes) {
        if (!places.delete(place)) return;
        watch.left({ waitedMs, bytes, failure: failed ?? (signal.aborted ? gone() : null) });
        for (let index = Math.max(0, place.first); index < place.end; index += 1) {
          if (board.held(index)) options.passed(index);
        }
        options.left();
      },
    };

    /** Of a chunk that the fill has fetched and let go of. */
    async function stored(
      index: number,
      digest: string,
      need: ChunkNeed,
    ): Promise<ChunkRead | null> {
      const found = await reads.stored(digest, need, call.watch);
      if (found || board.held(index)) return found;
      missed = index;
      options.lost(index);
      return null;
    }

    async function changed(index: number): Promise<void> {
      const since = clock.now();
      try {
        await board.changed(index, signal);
      } finally {
        waitedMs += clock.now() - since;
      }
    }

    /**
     * Where room is short the fill alone holds its chunk: what a reader still needs of it is looked up
     * later. If that was in vain, the next one is held: to fetch it twice is enough.
     */
    function arriving(index: number, held: HeldChunk, need: ChunkNeed): ChunkRead {
      const again = missed !== index;
      if (reads.roomy() || !again) return { stream: streamOf(index, held), to: need.to, again };
      return reads.copied('origin', held.bytes.subarray(need.from, held.filled), need);
    }

    function streamOf(index: number, held: HeldChunk): ChunkStream {
      blocks.hold(held.bytes);
      return {
        from: 'origin',
        async read(offset) {
          while (held.filled <= offset) {
            if (signal.aborted) throw gone();
            await changed(index);
          }
          return held.bytes.subarray(offset, held.filled);
        },
        release: () => blocks.release(held.bytes),
      };
    }
  }

  function goOn(place: Place, index: number): void {
    const before = place.index;
    Object.assign(place, { first: before < 0 ? index : place.first, index });
    for (let passed = Math.max(0, before); before >= 0 && passed < index; passed += 1) {
      options.passed(passed);
    }
  }
}

function gone(): GatewayFailure {
  return new GatewayFailure('client-gone', 'The client has left.');
}
