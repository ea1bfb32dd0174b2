// Downloads from a disk that lends its memory: whatever the order in which readers read, send, leave
// and push each other out of the memory tier, nobody is sent bytes that were lent anew meanwhile.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMemoryTier } from '../../src/adapters/memory-tier.ts';
import { createChunkReads } from '../../src/cache/chunk-reads.ts';
import { type Chunks, createChunks } from '../../src/cache/chunks.ts';
import type { Fills } from '../../src/cache/fills.ts';
import { createTierStack } from '../../src/cache/tier-stack.ts';
import type { Generation } from '../../src/core/generation.ts';
import { nothingTold } from '../../src/serve/exchange.ts';
import { openImageBody } from '../../src/serve/image-body.ts';
import { aCall, aCaller, imageId, inBackground } from '../cache/world/calls.ts';
import { createFakeTier } from '../cache/world/fake-tier.ts';
import { createTurns } from '../cache/world/turns.ts';
import { createPoisonedBlocks } from '../support/poisoned-blocks.ts';

const CHUNK = 2048;
const COUNT = 7;
const DATA = Uint8Array.from(
  { length: CHUNK * COUNT - 100 },
  (_, at) => (at * 31 + (at >> 8)) % 251,
);

test('no reader ever sees memory that was lent to another', async () => {
  let reused = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 2 ** 31 }),
      fc.integer({ min: 0, max: 4 }),
      fc.constantFrom(0, 2, 5, 100),
      fc.array(
        fc.record({
          start: fc.integer({ min: 0, max: DATA.length - 1 }),
          most: fc.constantFrom(50, 1_000, DATA.length),
          leavesAfter: fc.option(fc.integer({ min: 1, max: COUNT }), { nil: null }),
          tells: fc.boolean(),
        }),
        { minLength: 1, maxLength: 8 },
      ),
      async (seed, chunksInMemory, room, readers) => {
        reused += await downloadAll(seed, chunksInMemory, room, readers);
      },
    ),
    { numRuns: 400 },
  );
  // Without reuse this test would prove nothing.
  expect(reused).toBeGreaterThan(200);
});

interface ReaderPlan {
  readonly start: number;
  /** Bytes that are asked for, if there are so many. */
  readonly most: number;
  /** Pieces after which it goes, the last one not sent yet; null stays. */
  readonly leavesAfter: number | null;
  /** Whether it can tell when pieces have left. */
  readonly tells: boolean;
}

async function downloadAll(
  seed: number,
  chunksInMemory: number,
  room: number,
  plans: readonly ReaderPlan[],
): Promise<number> {
  const turns = createTurns(seed);
  const blocks = createPoisonedBlocks(CHUNK);
  const clock = { now: () => 0 };
  const memory = createMemoryTier({ maxBytes: 1 + chunksInMemory * (CHUNK + 1024), clock, blocks });
  const disk = createFakeTier({ name: 'disk', turns, blocks });
  const stack = createTierStack({
    tiers: [memory, disk],
    background: inBackground,
    clock,
    blocks,
    onTrouble: () => {},
  });
  const chunks = createChunks(stack, blocks);
  const reads = createChunkReads({
    chunks,
    blocks,
    roomBytes: () => room * CHUNK,
    partBytes: CHUNK / 4,
  });
  const kept = keep(chunks);
  await turns.settle(1_000);
  const generation = await kept;

  const downloads = Promise.all(plans.map((plan) => download(plan)));
  await turns.settle(10_000);
  await downloads;
  return blocks.reused();

  async function download({ start, most, leavesAfter, tells }: ReaderPlan): Promise<void> {
    const end = Math.min(start + most, DATA.length);
    const opened = await openImageBody(
      { chunks, reads, fills: NO_FILLS, chunkSize: CHUNK },
      {
        generation,
        stores: '',
        start,
        end,
        caller: aCaller('a'),
        call: aCall(),
        told: nothingTold(),
      },
    );
    if (opened.kind !== 'open') throw new Error(opened.kind);
    let at = start;
    for (let pieces = 1; ; pieces += 1) {
      const piece = await opened.body.read();
      if (piece === null) break;
      if (pieces === leavesAfter) opened.body.cancel();
      await turns.turn('client');
      expect(Buffer.compare(piece, DATA.subarray(at, at + piece.length))).toBe(0);
      at += piece.length;
      if (pieces === leavesAfter) return;
      if (tells) opened.body.sent();
    }
    expect(at).toBe(end);
  }
}

async function keep(chunks: Chunks): Promise<Generation> {
  const id = imageId(1);
  const value = 'ab'.repeat(64);
  const generation = { region: 'One', imageId: id, algorithm: 'sha512', value, size: DATA.length };
  const digests = Array.from({ length: COUNT }, (_, at) => String(at).padStart(64, '0'));
  for (const [at, digest] of digests.entries()) {
    await chunks.store(digest, DATA.slice(at * CHUNK, (at + 1) * CHUNK));
  }
  await chunks.commit(generation, { size: DATA.length, chunkSize: CHUNK, digests });
  return generation;
}

const NO_FILLS: Fills = {
  board() {
    throw new Error('Everything is on the disk.');
  },
  elsewhere: async () => null,
  underWay: () => 0,
};
