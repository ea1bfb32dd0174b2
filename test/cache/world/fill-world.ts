// The fill engine in a world of turns: an image, an origin, tiers, and readers that come, go and dawdle.

import { createHash } from 'node:crypto';
import { guardTier } from '../../../src/adapters/guarded-tier.ts';
import { createMemoryTier } from '../../../src/adapters/memory-tier.ts';
import { type ChunkReads, createChunkReads } from '../../../src/cache/chunk-reads.ts';
import { type Chunks, createChunks } from '../../../src/cache/chunks.ts';
import { createFillShares } from '../../../src/cache/fill-share.ts';
import type { FillEnd } from '../../../src/cache/fill-watch.ts';
import { createFills, type Fills } from '../../../src/cache/fills.ts';
import { createRangeAbilities } from '../../../src/cache/range-ability.ts';
import { createTierStack } from '../../../src/cache/tier-stack.ts';
import type { Generation } from '../../../src/core/generation.ts';
import { parseImageId } from '../../../src/core/image-id.ts';
import type { Digests } from '../../../src/ports/digests.ts';
import type { Blocks } from '../../../src/ports/runtime.ts';
import { ALONE, type Siblings } from '../../../src/ports/siblings.ts';
import type { Tier } from '../../../src/ports/tier.ts';
import { nothingTold } from '../../../src/serve/exchange.ts';
import { openImageBody } from '../../../src/serve/image-body.ts';
import { patternBytes } from '../../contract/tier-harness.ts';
import { createPoisonedBlocks } from '../../support/poisoned-blocks.ts';
import { aCall, unwatchedFill } from './calls.ts';
import { createFakeTier, type FakeTier, type FakeTierOptions } from './fake-tier.ts';
import { createImageOrigin, type ImageOrigin, type ImageOriginOptions } from './image-origin.ts';
import { createTurns, type Turns } from './turns.ts';

export interface FillWorldOptions extends Partial<Omit<ImageOriginOptions, 'turns' | 'data'>> {
  readonly seed: number;
  readonly size: number;
  readonly chunkSize: number;
  /** None unless given. */
  readonly siblings?: Siblings;
  /** Chunks that all fills together may hold. */
  readonly window: number;
  readonly lanes: number;
  readonly tiers: readonly Omit<FakeTierOptions, 'turns'>[];
  /** Entries that fit into the memory tier before them, the one of the gateway; without it there is none. */
  readonly inMemory?: number;
  /** Turns after which the tiers are waited for no more, though they may still be at it; never when absent. */
  readonly tierTurns?: number;
  /** Told of each fill that ends. */
  readonly onEnd?: () => void;
}

export interface ReaderPlan {
  readonly start: number;
  readonly end: number;
  /** Turns it takes before it asks. */
  readonly late?: number;
  /** Pieces after which it leaves; never when absent. */
  readonly leavesAfter?: number;
  /** Pieces after which it reads no further until it is woken. */
  readonly dawdlesAfter?: number;
  /** Turns between two pieces. */
  readonly slow?: number;
  readonly token?: string;
}

export interface Reader {
  readonly plan: ReaderPlan;
  /** Bytes it was handed, in order. */
  received: number;
  /** The first of them that was not the image's. */
  wrongAt: number | null;
  ended: 'no' | 'whole' | 'left' | { readonly failed: string };
  readonly wake: () => void;
}

export interface FillWorld {
  readonly turns: Turns;
  readonly origin: ImageOrigin;
  readonly tiers: readonly FakeTier[];
  readonly chunks: Chunks;
  readonly reads: ChunkReads;
  readonly fills: Fills;
  readonly generation: Generation;
  readonly ends: readonly FillEnd[];
  /** Loans of memory that had been lent before. */
  readonly reused: () => number;
  /** The most bytes that were lent at any moment. */
  readonly mostLent: () => number;
  /** Chunk buffers that were allocated. */
  readonly allocated: () => number;
  /** Whole-image digests that were neither finished nor discarded. */
  readonly openDigests: () => number;
  read(plan: ReaderPlan): Reader;
}

/** What the memory tier counts for an entry besides its value. */
const ENTRY_BYTES = 700;
const IMAGE = parseImageId('0d0a0b0c-0000-4000-8000-000000000001');

export function createFillWorld(options: FillWorldOptions): FillWorld {
  const { size, chunkSize, siblings = ALONE } = options;
  if (!IMAGE) throw new Error('no image id');
  const turns = createTurns(options.seed);
  const data = patternBytes(size, options.seed % 1000);
  const origin = createImageOrigin({ ranges: 'yes', maxPiece: chunkSize, ...options, data, turns });
  const blocks = createPoisonedBlocks(chunkSize);
  const tiers = options.tiers.map((tier) => createFakeTier({ ...tier, turns, blocks }));
  const { onEnd } = options;
  // What a test's own watcher throws is expected; anything else that rejects is found out.
  const background = {
    keep: (work: Promise<unknown>) => void (onEnd ? work.catch(() => undefined) : work),
  };
  const chunks = createChunks(
    createTierStack({
      tiers: [...memoryTiers(options, turns, blocks), ...tiers.map(guarded)],
      background,
      clock: turns.timers,
      blocks,
      onTrouble: () => {},
    }),
    blocks,
  );
  // Some worlds have no room for answers at all, some always, most of them now and then.
  const roomBytes = chunkSize * ([1, 3, 8, Number.POSITIVE_INFINITY][turns.below(4)] ?? 0);
  const reads = createChunkReads({
    chunks,
    blocks,
    roomBytes: () => roomBytes,
    partBytes: Math.ceil(chunkSize / 4),
  });
  const ends: FillEnd[] = [];
  const counted = { allocated: 0, digests: 0, mostLent: 0 };
  const fills = createFills({
    share: createFillShares({
      siblings,
      origin,
      chunks,
      ownChunks: chunks,
      timers: turns.timers,
      abilities: createRangeAbilities(),
      // More may be read into it by then.
      pieces: { release: (piece) => void piece.fill(0xdd) },
    }),
    siblings,
    reads,
    digests: digestsTakingTurns(turns, (change) => {
      counted.digests += change;
    }),
    blocks: {
      ...blocks,
      lend(length) {
        counted.allocated += 1;
        const bytes = blocks.lend(length);
        counted.mostLent = Math.max(counted.mostLent, blocks.lent());
        return bytes;
      },
    },
    clock: turns.timers,
    background,
    watch: () => ({
      ...unwatchedFill(),
      ended(end) {
        ends.push(end);
        onEnd?.();
      },
    }),
    lanes: options.lanes,
    maxFills: 8,
    buffersBytes: options.window * chunkSize,
    chunkSize,
  });
  const value = createHash('sha512').update(data).digest('hex');
  const generation: Generation = {
    region: 'One',
    imageId: IMAGE,
    algorithm: 'sha512',
    value,
    size,
  };

  return {
    turns,
    origin,
    tiers,
    chunks,
    reads,
    fills,
    generation,
    ends,
    reused: () => blocks.reused(),
    mostLent: () => counted.mostLent,
    allocated: () => counted.allocated,
    openDigests: () => counted.digests,
    read(plan) {
      const { promise: woken, resolve: wake } = Promise.withResolvers<void>();
      const reader: Reader = { plan, received: 0, wrongAt: null, ended: 'no', wake };
      void follow(reader, woken);
      return reader;
    },
  };

  function guarded(tier: Tier): Tier {
    const { tierTurns } = options;
    if (tierTurns === undefined) return tier;
    const limits = { deadlineMs: tierTurns, concurrency: 4, failuresToOpen: 5, openMs: 20 };
    const { timers } = turns;
    return guardTier(tier, { limits, clock: timers, timers, onTrouble: () => {} });
  }

  async function follow(reader: Reader, woken: Promise<void>): Promise<void> {
    const { start, end, late = 0, slow = 0, leavesAfter, dawdlesAfter } = reader.plan;
    // Not every runtime can tell when a piece has left.
    const tells = turns.chance(0.7);
    const gone = new AbortController();
    const call = aCall(gone.signal);
    const token = reader.plan.token ?? 'good';
    const caller = { digest: token, credentials: [['X-Auth-Token', token]] as const };
    for (let turn = 0; turn < late; turn += 1) await turns.turn('client');
    try {
      const request = { generation, stores: 's', start, end, caller, call, told: nothingTold() };
      const opening = openImageBody({ chunks, reads, fills, chunkSize }, request);
      if (leavesAfter === 0) gone.abort();
      const opened = await opening;
      if (opened.kind !== 'open') throw new Error(opened.kind);
      for (let pieces = 0; ; pieces += 1) {
        if (pieces === leavesAfter) {
          gone.abort();
          opened.body.cancel();
          reader.ended = 'left';
          return;
        }
        if (pieces === dawdlesAfter) await woken;
        for (let turn = 0; turn < slow; turn += 1) await turns.turn('client');
        const piece = await opened.body.read();
        if (piece === null) break;
        // On its way to the client, who looks at it when it gets there.
        if (turns.chance(0.5)) await turns.turn('client');
        take(reader, piece);
        if (tells) opened.body.sent();
      }
      reader.ended = reader.received === end - start ? 'whole' : { failed: 'short' };
    } catch (thrown) {
      reader.ended = gone.signal.aborted ? 'left' : { failed: String(thrown) };
    }
  }

  function take(reader: Reader, piece: Uint8Array): void {
    for (const byte of piece) {
      const at = reader.plan.start + reader.received;
      if (reader.wrongAt === null && (byte !== data[at] || at >= reader.plan.end)) {
        reader.wrongAt = at;
      }
      reader.received += 1;
    }
  }
}

function memoryTiers(options: FillWorldOptions, turns: Turns, blocks: Blocks): readonly Tier[] {
  const { inMemory, chunkSize } = options;
  if (inMemory === undefined) return [];
  const maxBytes = 1 + inMemory * (ENTRY_BYTES + chunkSize);
  return [createMemoryTier({ maxBytes, clock: turns.timers, blocks })];
}

/** Hashes of the bytes as they are when the turn comes: whoever changes them meanwhile is found out. */
function digestsTakingTurns(turns: Turns, opened: (change: number) => void): Digests {
  return {
    keyed: (text) => text,
    async chunk(bytes) {
      await turns.turn('digest');
      return createHash('sha256').update(bytes).digest('hex');
    },
    image() {
      const hash = createHash('sha512');
      let over = false;
      const end = (): void => {
        if (!over) opened(-1);
        over = true;
      };
      opened(1);
      return {
        async update(bytes) {
          await turns.turn('digest');
          hash.update(bytes);
        },
        async finish() {
          await turns.turn('digest');
          end();
          return hash.digest('hex');
        },
        discard: end,
      };
    },
  };
}
