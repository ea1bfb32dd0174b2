// What answers hold of chunks, and what is read from the disk for them.
import { expect, test } from 'vitest';
import { createMemoryTier } from '../../src/adapters/memory-tier.ts';
import { createBlocks } from '../../src/adapters/node/blocks.ts';
import { createChunkReads } from '../../src/cache/chunk-reads.ts';
import type { ChunkRead } from '../../src/cache/chunk-stream.ts';
import { createChunks } from '../../src/cache/chunks.ts';
import { createTierStack } from '../../src/cache/tier-stack.ts';
import { UNWATCHED } from '../../src/ports/call.ts';
import { patternBytes } from '../contract/tier-harness.ts';
import { inBackground, STOPPED } from './world/calls.ts';
import { createFakeTier } from './world/fake-tier.ts';

const CHUNK = 4096;
const PART = 256;
const WHOLE = { from: 0, to: CHUNK, length: CHUNK };

async function open(options: {
  readonly room: number;
  readonly chunks: number;
  /** Chunks that the memory tier has room for. */
  readonly memory?: number;
}) {
  const { memory: kept = 4 } = options;
  const blocks = createBlocks({ size: CHUNK, step: PART, readyBytes: CHUNK });
  const clock = STOPPED;
  const memory = createMemoryTier({ maxBytes: 1 + kept * (CHUNK + 1024), clock, blocks });
  const disk = createFakeTier({ name: 'disk', blocks });
  const chunks = createChunks(
    createTierStack({
      tiers: [memory, disk],
      background: inBackground,
      clock,
      blocks,
      onTrouble: () => {},
    }),
    blocks,
  );
  const data = Array.from({ length: options.chunks }, (_, seed) => patternBytes(CHUNK, seed));
  for (const [at, bytes] of data.entries()) {
    await chunks.store(String(at), bytes);
    await memory.remove(`chunk/1/${at}`);
  }
  const inMemory = () => memory.usage().entries;
  const reads = createChunkReads({
    chunks,
    blocks,
    roomBytes: () => options.room,
    partBytes: PART,
  });
  const read = async (at: number, need = WHOLE): Promise<ChunkRead> => {
    const found = await reads.stored(String(at), need, UNWATCHED);
    if (!found) return expect.fail('the chunk is on the disk');
    const bytes = await found.stream.read(need.from);
    const expected = data[at]?.subarray(need.from, found.to) ?? [];
    expect(Buffer.compare(bytes.subarray(0, found.to - need.from), Buffer.from(expected))).toBe(0);
    return found;
  };
  return { reads, read, inMemory, lent: () => blocks.lent() };
}

test('with room a chunk is read whole and stays in memory', async () => {
  const { read, inMemory } = await open({ room: 10 * CHUNK, chunks: 1 });
  expect((await read(0)).to).toBe(CHUNK);
  expect(inMemory()).toBe(1);
});

test('a small range takes no room in memory, until as much was read for such as the chunk measures', async () => {
  const { read, inMemory, lent } = await open({ room: 10 * CHUNK, chunks: 1 });
  const small = { from: 100, to: 100 + CHUNK / 8, length: CHUNK };
  for (let range = 0; range < 8; range += 1) {
    (await read(0, small)).stream.release();
    expect(inMemory()).toBe(0);
  }
  expect(lent()).toBe(0);
  (await read(0, small)).stream.release();
  expect(inMemory()).toBe(1);
});

test('answers that hold what they were given come to the room and a part each, however many they are', async () => {
  const room = 6 * CHUNK;
  const { read, lent } = await open({ room, chunks: 100 });
  for (let answer = 0; answer < 100; answer += 1) await read(answer);
  expect(lent()).toBeLessThanOrEqual(room + CHUNK + 100 * PART);
});

test('those who ask at the same moment do not all see the same room', async () => {
  const room = 6 * CHUNK;
  const { read, lent } = await open({ room, chunks: 100 });
  await Promise.all(Array.from({ length: 100 }, (_, at) => read(at)));
  expect(lent()).toBeLessThanOrEqual(room + CHUNK + 100 * PART);
});

test('without room even what memory has is handed out as a copy, so that memory may forget it', async () => {
  const { reads, read, inMemory, lent } = await open({ room: 1, chunks: 6 });
  await read(0);
  expect(inMemory()).toBe(1);
  expect(reads.roomy()).toBe(false);
  const before = lent();
  expect((await read(0)).to).toBe(PART);
  expect(lent()).toBe(before + PART);
});

test('a chunk that somebody still holds is not read again, and costs no more memory', async () => {
  const { read, lent } = await open({ room: 10 * CHUNK, chunks: 1, memory: 0 });
  const first = (await read(0)).stream;
  const second = (await read(0)).stream;
  expect([first.from, second.from]).toEqual(['disk', 'memory']);
  expect(lent()).toBe(CHUNK);
  first.release();
  const part = (await read(0, { from: 100, to: 200, length: CHUNK })).stream;
  expect(part.from).toBe('memory');
  for (const stream of [second, part]) stream.release();
  expect(lent()).toBe(0);
  expect((await read(0)).stream.from).toBe('disk');
});
