// A body that its first read brings whole: what it is, and that its memory comes back.
import { describe, expect, test } from 'vitest';
import { createBlocks } from '../../src/adapters/node/blocks.ts';
import { createChunkReads } from '../../src/cache/chunk-reads.ts';
import { createChunks } from '../../src/cache/chunks.ts';
import { createTierStack } from '../../src/cache/tier-stack.ts';
import { nothingTold } from '../../src/serve/exchange.ts';
import { type FirstRead, firstRead } from '../../src/serve/first-read.ts';
import { aCall, inBackground, STOPPED } from '../cache/world/calls.ts';
import { createFakeTier } from '../cache/world/fake-tier.ts';
import { createTurns } from '../cache/world/turns.ts';

const KIB = 1024;
const CHUNK = 64 * KIB;
const DATA = Uint8Array.from({ length: 2 * CHUNK }, (_, at) => (at * 31 + (at >> 8)) % 251);
const DIGESTS = ['a', 'b'].map((digit) => digit.repeat(64));

test('a small range in one chunk is one piece', async () => {
  const { read } = await scene();
  const first = await read(CHUNK + 5, CHUNK + 5 + 32 * KIB);
  if (first.kind !== 'whole') throw new Error(first.kind);
  const wanted = DATA.subarray(CHUNK + 5, CHUNK + 5 + 32 * KIB);
  expect(Buffer.compare(first.body.whole ?? new Uint8Array(), wanted)).toBe(0);
  expect(await first.body.read()).toBe(first.body.whole);
  expect(await first.body.read()).toBeNull();
});

test.each([
  ['larger than small', 0, 32 * KIB + 1],
  ['over a border', CHUNK - 1, CHUNK + 1],
])('a range %s is not', async (_, start, end) => {
  const { read } = await scene();
  expect((await read(start, end)).kind).toBe('begun');
});

describe('its memory comes back', () => {
  test.each([
    ['when it was sent', (first: Whole) => first.body.sent()],
    ['when nobody wants it', (first: Whole) => first.body.cancel()],
  ])('%s', async (_, end) => {
    const { read, lent } = await scene();
    const before = lent();
    const first = await read(0, 100);
    if (first.kind !== 'whole') throw new Error(first.kind);
    expect(lent()).toBeGreaterThan(before);
    end(first);
    expect(lent()).toBe(before);
  });

  test('not while it may still be sent', async () => {
    const { read, lent } = await scene();
    const before = lent();
    const first = await read(0, 100);
    if (first.kind !== 'whole') throw new Error(first.kind);
    await first.body.read();
    first.body.cancel();
    expect(lent()).toBeGreaterThan(before);
  });
});

type Whole = Extract<FirstRead, { kind: 'whole' }>;

/** Both chunks lie in a tier that lends what it reads. */
async function scene() {
  const turns = createTurns(1);
  const blocks = createBlocks({ size: CHUNK, step: 1, readyBytes: 4 * CHUNK });
  const stack = createTierStack({
    tiers: [createFakeTier({ name: 'disk', turns, blocks })],
    background: inBackground,
    clock: STOPPED,
    blocks,
    onTrouble: () => {},
  });
  const chunks = createChunks(stack, blocks);
  const stored = DIGESTS.map((digest, at) =>
    chunks.store(digest, DATA.slice(at * CHUNK, (at + 1) * CHUNK)),
  );
  await turns.settle(100);
  await Promise.all(stored);
  const roomBytes = (): number => Number.POSITIVE_INFINITY;
  const reads = createChunkReads({ chunks, blocks, roomBytes, partBytes: CHUNK });
  const manifest = { size: DATA.length, chunkSize: CHUNK, digests: DIGESTS };
  const read = async (start: number, end: number): Promise<FirstRead> => {
    const reading = firstRead(reads, manifest, { start, end, call: aCall(), told: nothingTold() });
    await turns.settle(100);
    return reading;
  };
  return { read, lent: () => blocks.lent() };
}
