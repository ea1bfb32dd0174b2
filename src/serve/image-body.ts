// The body of a download: a pull-driven stream of slices, each from the nearest tier that has its
// chunk, else from the fill. Nobody else's pace is felt here, and nobody feels this one's.
import type { ChunkReads } from '../cache/chunk-reads.ts';
import type { ChunkRead, ChunkStream } from '../cache/chunk-stream.ts';
import type { Chunks } from '../cache/chunks.ts';
import type { FillReader } from '../cache/fill-readers.ts';
import type { Fills } from '../cache/fills.ts';
import { unlessAborted } from '../cache/single-flight.ts';
import { whenThere } from '../core/at-once.ts';
import type { CacheStatus } from '../core/cache-status.ts';
import type { Caller } from '../core/caller.ts';
import { type ChunkLayout, chunkLength, type Slice, sliceAt } from '../core/chunk-plan.ts';
import { GatewayFailure } from '../core/failure.ts';
import type { Generation } from '../core/generation.ts';
import type { Manifest } from '../core/manifest.ts';
import type { ChunkNeed } from '../core/read-plan.ts';
import type { Call } from '../ports/call.ts';
import type { Origin } from '../ports/origin.ts';
import type { AnswerBody, Told } from './exchange.ts';
import { firstRead } from './first-read.ts';

export interface ImageBodyDeps {
  readonly chunks: Pick<Chunks, 'manifest'>;
  readonly reads: ChunkReads;
  readonly fills: Fills;
  readonly chunkSize: number;
}

export interface BodyRequest {
  readonly generation: Generation;
  readonly stores: string;
  /** Bytes `start` up to, not including, `end` of the image data. */
  readonly start: number;
  readonly end: number;
  readonly caller: Caller;
  readonly call: Call;
  readonly told: Told;
}

export type OpenedBody =
  | { readonly kind: 'open'; readonly body: AnswerBody; readonly status: CacheStatus }
  /** `limits.fills` are under way: the request has to be relayed. */
  | { readonly kind: 'fills-full' }
  /** Another process is fetching the image: the request has to be relayed to that one. */
  | { readonly kind: 'elsewhere'; readonly face: Origin };

/**
 * The last piece of a chunk that comes from below memory, on whose way the next chunk is read: larger, and
 * more of those who stall would hold two chunks. What lies before it goes in one piece, as all does that
 * comes from memory, where nothing has to be read ahead.
 */
const LAST_PIECE = 1024 * 1024;
/** How often a chunk that went missing again is looked up before the body is given up. */
const MAX_LOOKUPS = 8;

/**
 * Opens the body, its first piece at hand: what goes wrong before that is still a clean error.
 * Throws GatewayFailure.
 */
export async function openImageBody(
  deps: ImageBodyDeps,
  request: BodyRequest,
): Promise<OpenedBody> {
  const { chunks, reads, fills } = deps;
  const { generation, end, caller, call, told } = request;
  let manifest = await chunks.manifest(generation, call.watch);
  const first = manifest && request.start < end ? await firstRead(reads, manifest, request) : null;
  if (first?.kind === 'whole') {
    return { kind: 'open', body: first.body, status: { kind: 'hit', detail: first.from } };
  }
  const layout = (): ChunkLayout =>
    manifest ?? { size: generation.size, chunkSize: deps.chunkSize };
  const job = () => ({ generation, layout: layout(), stores: request.stores, manifest });
  if (manifest === null && request.start > 0) {
    const face = await fills.elsewhere(job());
    if (face) return { kind: 'elsewhere', face };
  }
  let position = request.start;
  let reader: FillReader | null = null;
  let bytesBefore = 0;
  let collapsed = (): boolean => false;
  let closed = false;
  let unproven = false;
  let current: { slice: Slice; stream: ChunkStream; offset: number; again: boolean } | null = null;
  let ahead: { position: number; read: ReturnType<ChunkReads['stored']> } | null = first?.read
    ? { position: request.start, read: first.read }
    : null;
  /** What was not there a moment ago is not looked up again at once. */
  let isMissing = first !== null && first.read === null;
  let heldBack: Uint8Array[] | null = null;
  let readOut: ChunkStream[] = [];

  const body: AnswerBody = {
    async read() {
      try {
        const piece = await next();
        if (piece === null) close();
        return piece;
      } catch (thrown) {
        close();
        throw thrown;
      }
    },
    cancel: close,
    sent() {
      // What is held back is read out, but has not left.
      if (heldBack && heldBack.length > 0) return;
      if (current?.again && current.offset > current.slice.from && !reads.roomy()) {
        readOut.push(current.stream);
        current = null;
      }
      for (const stream of readOut) stream.release();
      readOut = [];
    },
  };
  try {
    const piece = await next();
    return { kind: 'open', body: startingWith(piece, body), status: status(!unproven) };
  } catch (thrown) {
    close();
    if (thrown === FILLS_FULL) return { kind: 'fills-full' };
    throw thrown;
  }

  async function next(): Promise<Uint8Array | null> {
    if (heldBack) return heldBack.shift() ?? null;
    if (position >= end) return null;
    current ??= await openSlice();
    // Until the whole hash has matched, the end of the body stays here: it can't look complete.
    if (!manifest && position - current.offset + current.slice.to >= end) return lastSlice(current);
    return piece(current);
  }

  async function piece(from: NonNullable<typeof current>): Promise<Uint8Array> {
    const { slice, stream, offset } = from;
    const left = slice.to - offset;
    const most = stream.from === 'memory' ? left : Math.max(left - LAST_PIECE, LAST_PIECE);
    const bytes = (await stream.read(offset)).subarray(0, Math.min(left, most));
    from.offset += bytes.length;
    position += bytes.length;
    told.bytesFrom[stream.from] += bytes.length;
    if (from.offset === slice.to) {
      readOut.push(stream);
      current = null;
      if (stream.from !== 'memory') readAhead();
    }
    return bytes;
  }

  async function lastSlice(from: NonNullable<typeof current>): Promise<Uint8Array | null> {
    const pieces: Uint8Array[] = [];
    while (position < end) pieces.push(await piece(from));
    await reader?.verified();
    heldBack = pieces;
    return heldBack.shift() ?? null;
  }

  async function openSlice(): Promise<NonNullable<typeof current>> {
    for (let lookups = 0; lookups < MAX_LOOKUPS; lookups += 1) {
      if (closed) throw new GatewayFailure('client-gone', 'The client has left.');
      const slice = sliceAt(layout(), position, end);
      const read = (await cached(slice)) ?? (await filled(slice));
      if (read) return { ...read, slice: { ...slice, to: read.to }, offset: slice.from };
      // The fill is over, and what it fetched has gone again: with its proof the chunk can be repaired.
      leave();
      manifest = await chunks.manifest(generation, call.watch);
    }
    throw new GatewayFailure('internal', 'The image data is evicted as fast as it is fetched.');
  }

  async function cached(slice: Slice): Promise<ChunkRead | null> {
    const early = ahead?.position === position ? ahead.read : null;
    ahead = null;
    if (isMissing) {
      isMissing = false;
      return null;
    }
    return early ?? (manifest && stored(manifest, slice));
  }

  function stored(proof: Manifest, slice: Slice): ReturnType<ChunkReads['stored']> {
    return reads.stored(proof.digests[slice.index] ?? '', needOf(slice), call.watch);
  }

  function needOf({ index, from, to }: Slice): ChunkNeed {
    return { from, to, length: chunkLength(layout(), index) };
  }

  async function filled(slice: Slice): Promise<ChunkRead | null> {
    if (reader === null) {
      const boarded = await board();
      // The client may have left meanwhile: nobody else would take this reader away again.
      if (closed) boarded?.leave(0);
      if (closed || boarded === null) return null;
      reader = boarded;
      bytesBefore = told.bytesFrom.origin;
    }
    const read = await reader.open(slice.index, needOf(slice));
    return read === 'lost' ? null : read;
  }

  /** Null when a fill was just ending: what it has left may be in the tiers by now. */
  async function board(): Promise<FillReader | null> {
    const last = Math.ceil(end / layout().chunkSize);
    const boarded = fills.board(job(), caller, call, last, position > request.start);
    if (boarded.kind === 'full') throw FILLS_FULL;
    if (boarded.kind === 'ending') {
      await unlessAborted(boarded.over, call.signal);
      return null;
    }
    collapsed = boarded.collapsed;
    if (manifest === null) unproven = true;
    return boarded.reader;
  }

  /** What comes next is read from its tier while this one's last piece is on its way. */
  function readAhead(): void {
    if (!manifest || position >= end || !reads.roomy()) return;
    ahead = { position, read: stored(manifest, sliceAt(manifest, position, end)) };
  }

  function status(proven: boolean): CacheStatus {
    const from = current?.stream.from ?? firstFrom();
    if (proven && from !== 'origin') return { kind: 'hit', detail: from };
    if (proven) return { kind: 'fwd', reason: 'partial', stored: true };
    const joined = collapsed();
    return { kind: 'fwd', reason: 'uri-miss', stored: !joined, collapsed: joined };
  }

  function firstFrom(): keyof Told['bytesFrom'] {
    const { bytesFrom } = told;
    if (bytesFrom.origin > 0) return 'origin';
    return bytesFrom.memory > 0 ? 'memory' : bytesFrom.disk > 0 ? 'disk' : 'redis';
  }

  function leave(): void {
    reader?.leave(told.bytesFrom.origin - bytesBefore);
    reader = null;
  }

  function close(): void {
    closed = true;
    leave();
    // Nobody was sent any of it.
    if (ahead) void whenThere(ahead.read, (read) => read?.stream.release());
    ahead = null;
    current = null;
    heldBack = [];
    position = end;
  }
}

const FILLS_FULL = new GatewayFailure(
  'too-many-fills',
  'Too many fills are under way: limits.fills.',
);

/** The body with its first piece, read already, in front. */
function startingWith(first: Uint8Array | null, body: AnswerBody): AnswerBody {
  let waiting = first;
  return {
    async read() {
      if (waiting === null) return body.read();
      const piece = waiting;
      waiting = null;
      return piece;
    },
    cancel() {
      waiting = null;
      body.cancel();
    },
    sent() {
      if (waiting === null) body.sent();
    },
  };
}
