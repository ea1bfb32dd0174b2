// What parts of chunks spare, counted: bytes read from the disk for a small range, and chunk memory that
// is lent while readers are stuck.
import { expect, test } from 'vitest';
import { openWorkScene, type WorkScene } from './work-scene.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const SEGMENT = 128 * KIB;
/** A head for each segment. */
const HEADS = 2 * 96;

const RANGE = { name: '4 KiB', range: `bytes=${MIB}-${MIB + 4 * KIB - 1}` };
const ACROSS = {
  name: '4 KiB where two segments meet',
  range: `bytes=${MIB - 100}-${MIB - 101 + 4 * KIB}`,
};
const LARGE = { name: '512 KiB', range: `bytes=0-${512 * KIB - 1}` };

test.each([
  { ...RANGE, atMost: SEGMENT },
  { ...ACROSS, atMost: 2 * SEGMENT },
  { ...LARGE, atMost: 512 * KIB },
])('a range of $name reads the segments around it, and nothing stays in memory', async (ranged) => {
  const scene = await openCold({ chunk: 4 * MIB, chunks: 1, memory: MIB });
  const { work, status } = await scene.download(ranged.range);
  expect(status).toBe('glance-edge; hit; detail=disk');
  expect(work).toMatchObject({ filesRead: 1, loans: 1, memoryStores: 0, originBytes: 0 });
  expect(work.bytesRead).toBeLessThanOrEqual(ranged.atMost + 4 * HEADS);
});

test('a chunk that is asked for in small ranges again and again comes to memory at the price of two', async () => {
  const chunk = MIB;
  const scene = await openCold({ chunk, chunks: 4, memory: 2 * chunk });
  let bytesRead = 0;
  for (let range = 0; range < 9; range += 1) {
    const { work, status } = await scene.download('bytes=5000-9095');
    expect(status).toBe('glance-edge; hit; detail=disk');
    bytesRead += work.bytesRead;
  }
  const { work, status } = await scene.download('bytes=5000-9095');
  expect(status).toBe('glance-edge; hit; detail=memory');
  expect(work.bytesRead).toBe(0);
  expect(bytesRead).toBeLessThan(2 * chunk + 16 * HEADS);
});

test('readers that are stuck hold a part each, once what may be in motion is', async () => {
  const chunk = MIB / 2;
  const readers = 56;
  const scene = await openCold({ chunk, chunks: readers, memory: chunk / 2 });
  const ranges = Array.from({ length: readers }, (_, at) => `bytes=${at * chunk}-`);
  const lent = await scene.stall(ranges);
  // The shares of the memory tier and the fills, which nobody else uses here, and what may be in motion.
  const room = chunk / 2 + 4 * MIB + 16 * chunk;
  const beyond = readers - Math.floor(room / chunk);
  expect(lent).toBeGreaterThan(room / 2);
  expect(lent).toBeLessThanOrEqual(room + chunk + beyond * 256 * KIB);
}, 20_000);

/** An image on the disk; memory has room for the last of its chunks at the most. */
async function openCold(options: {
  readonly chunk: number;
  readonly chunks: number;
  readonly memory: number;
}): Promise<WorkScene> {
  const { chunk, chunks, memory } = options;
  const scene = await openWorkScene({ size: chunks * chunk, memory, chunk });
  await scene.download();
  return scene;
}
