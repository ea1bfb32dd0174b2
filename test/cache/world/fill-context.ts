// The parts of one fill around a single part under test, which a test drives by hand.

import { createHash } from 'node:crypto';
import { plainBlocks } from '../../../src/adapters/plain-runtime.ts';
import { createChunkReads } from '../../../src/cache/chunk-reads.ts';
import { type Chunks, createChunks } from '../../../src/cache/chunks.ts';
import { createFillBoard, type FillBoard } from '../../../src/cache/fill-board.ts';
import type { FillContext } from '../../../src/cache/fill-context.ts';
import { createFillReaders } from '../../../src/cache/fill-readers.ts';
import type { ReadRun } from '../../../src/cache/origin-run.ts';
import { createRangeAbilities, type RangeAbilities } from '../../../src/cache/range-ability.ts';
import { createTierStack } from '../../../src/cache/tier-stack.ts';
import { createManualTimers, type ManualTimers } from '../../support/manual-timers.ts';
import { imageId, inBackground, unwatchedFill } from './calls.ts';

export interface FillParts {
  readonly context: FillContext;
  readonly board: FillBoard;
  readonly abilities: RangeAbilities;
  readonly clock: ManualTimers;
}

export interface FillPartsOptions {
  readonly data: Uint8Array;
  readonly chunkSize: number;
  readonly window?: number;
  readonly lanes?: number;
  readonly readRun?: ReadRun;
  readonly lookup?: Chunks['lookup'];
}

/** A fill of `data` for region One and stores `s`, on which nothing has happened yet. */
export function createFillParts(options: FillPartsOptions): FillParts {
  const { data, chunkSize, window = 4, lanes = 1 } = options;
  const layout = { size: data.length, chunkSize };
  const clock = createManualTimers(1_000);
  const board = createFillBoard(layout, clock);
  const abilities = createRangeAbilities();
  const kept = createChunks(
    createTierStack({
      tiers: [],
      background: inBackground,
      clock,
      blocks: plainBlocks,
      onTrouble: () => {},
    }),
    plainBlocks,
  );
  const { lookup } = options;
  const chunks = lookup ? { ...kept, lookup } : kept;
  const reads = createChunkReads({
    chunks,
    blocks: plainBlocks,
    roomBytes: () => 1,
    partBytes: chunkSize,
  });
  const readers = createFillReaders({
    blocks: plainBlocks,
    board,
    reads,
    clock,
    manifest: null,
    passed() {},
    lost: (index) => board.lost(index),
    left() {},
  });
  const sequential = (): boolean => abilities.of('One', 's') === 'no';
  const context: FillContext = {
    job: {
      generation: {
        region: 'One',
        imageId: imageId(1),
        algorithm: 'sha512',
        value: createHash('sha512').update(data).digest('hex'),
        size: data.length,
      },
      layout,
      stores: 's',
      manifest: null,
    },
    options: {
      chunks,
      reads,
      begin: async () => 'fetch',
      follows: () => false,
      end() {},
      digests: {
        keyed: (text) => text,
        chunk: async (bytes) => createHash('sha256').update(bytes).digest('hex'),
        image() {
          const hash = createHash('sha512');
          return {
            async update(bytes) {
              hash.update(bytes);
            },
            finish: async () => hash.digest('hex'),
            discard() {},
          };
        },
      },
      blocks: plainBlocks,
      clock,
      readRun: options.readRun ?? async function* nothing() {},
      abilities,
      lanes,
      window: () => window,
    },
    board,
    readers,
    watch: unwatchedFill(),
    sequential,
    farAhead: (index) => !sequential() && index >= board.hashed + window,
    closing: () => false,
  };
  return { context, board, abilities, clock };
}
