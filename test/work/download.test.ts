// What downloads and records cost in work, counted: requests to the origin, lookups, files, memory,
// hashing. A change that does more of it says so here; one that does less may lower the numbers.
import { expect, test } from 'vitest';
import { CHUNK, openWorkScene, type WorkSceneOptions } from './work-scene.ts';

/** A last chunk that is short, as most images have one. */
const CHUNKS = 17;
const SIZE = 16 * CHUNK + 100;
/** The manifest is an entry of its own. */
const ENTRIES = CHUNKS + 1;

const ROOMY: WorkSceneOptions = { size: SIZE, memory: 64 * CHUNK };
/** Whole chunks go to the disk alone. */
const TIGHT: WorkSceneOptions = { size: SIZE, memory: CHUNK / 2 };

const NO_ORIGIN = { questions: 0, records: 0, downloads: 0, originBytes: 0 };
const ONE_QUESTION = { questions: 1, records: 1, downloads: 0, originBytes: 0 };
const NOTHING_KEPT = { memoryStores: 0, diskStores: 0, filesWritten: 0, bytesWritten: 0 };
const NO_HASHING = { chunkBytesHashed: 0, imageBytesHashed: 0 };
const NO_MEMORY = { loans: 0, freshLoans: 0 };
const NO_FILES = { filesRead: 0, bytesRead: 0 };

test('cold: each byte comes once, is hashed once as a chunk and once as the image, and is written once', async () => {
  const scene = await openWorkScene(ROOMY);
  const { work, body, status, bytesCopied } = await scene.download();
  expect(body.equals(scene.data)).toBe(true);
  expect(status).toBe('glance-edge; fwd=uri-miss; stored');
  expect(work).toMatchObject({
    questions: 1,
    records: 1,
    originBytes: SIZE,
    memoryStores: ENTRIES,
    diskStores: ENTRIES,
    filesWritten: ENTRIES,
    chunkBytesHashed: SIZE,
    imageBytesHashed: SIZE,
    // What arrives is copied once: into the memory of its chunk, which tiers and readers share.
    loans: CHUNKS,
    ...NO_FILES,
  });
  expect(bytesCopied).toBe(0);
  expect(work.downloads).toBeLessThanOrEqual(8);
  expect(work.memoryLookups + work.diskLookups).toBeLessThanOrEqual(3);
  expect(work.bytesWritten - SIZE).toBeLessThan(4096);
});

test('warm in memory: two small questions to the origin, a lookup for each chunk, and not a byte of memory', async () => {
  const scene = await openWorkScene(ROOMY);
  await scene.download();
  const { work, body, status, bytesCopied, pieces } = await scene.download();
  expect(body.equals(scene.data)).toBe(true);
  expect(status).toBe('glance-edge; hit; detail=memory');
  expect(work).toMatchObject({ ...ONE_QUESTION, ...NOTHING_KEPT, ...NO_HASHING });
  expect(work).toMatchObject({ ...NO_MEMORY, ...NO_FILES, memoryLookups: ENTRIES });
  expect(work.diskLookups).toBeLessThanOrEqual(1);
  expect(pieces).toBe(CHUNKS);
  expect(bytesCopied).toBe(0);
});

test('warm on disk: each file is read once, into memory that is lent again and again', async () => {
  const scene = await openWorkScene(TIGHT);
  await scene.download();
  const { work, body, status, bytesCopied, pieces } = await scene.download();
  expect(body.equals(scene.data)).toBe(true);
  expect(status).toBe('glance-edge; hit; detail=disk');
  // The short last chunk and the manifest fit the memory tier.
  expect(work).toMatchObject({ ...ONE_QUESTION, ...NO_HASHING, filesRead: 16, loans: 16 });
  expect(work).toMatchObject({ filesWritten: 0, diskStores: 0 });
  expect(work.bytesRead - 16 * CHUNK).toBeLessThan(16 * 256);
  expect(work.freshLoans).toBeLessThanOrEqual(3);
  expect(work.diskLookups).toBeLessThanOrEqual(ENTRIES);
  expect(pieces).toBe(CHUNKS);
  expect(bytesCopied).toBe(0);
});

test('a warm range of a few bytes looks at no chunk beside its own', async () => {
  const scene = await openWorkScene(TIGHT);
  await scene.download();
  const { work, body, bytesCopied } = await scene.download('bytes=70000-74095');
  expect(body.equals(scene.data.subarray(70_000, 74_096))).toBe(true);
  expect(work).toMatchObject({ ...ONE_QUESTION, ...NO_HASHING, filesRead: 1, loans: 1 });
  expect(work.memoryLookups).toBe(2);
  expect(bytesCopied).toBe(0);
});

test('32 at once: the image comes once, and each caller is asked for', async () => {
  const scene = await openWorkScene(ROOMY);
  const { work, bodies } = await scene.herd(32);
  for (const body of bodies) expect(body.equals(scene.data)).toBe(true);
  expect(work).toMatchObject({
    questions: 32,
    originBytes: SIZE,
    chunkBytesHashed: SIZE,
    imageBytesHashed: SIZE,
    loans: CHUNKS,
    filesWritten: ENTRIES,
  });
});

test('with a remembered right and a kept record, a warm download asks the origin nothing', async () => {
  const ttl = 3_600_000;
  const scene = await openWorkScene({ ...ROOMY, authorizationTtlMs: ttl, metadataTtlMs: ttl });
  await scene.download();
  const { work } = await scene.download();
  expect(work).toMatchObject({ ...NO_ORIGIN, ...NO_MEMORY, ...NO_FILES, ...NOTHING_KEPT });
});

test('a warm record is one lookup in memory', async () => {
  const scene = await openWorkScene({ ...ROOMY, metadataTtlMs: 3_600_000 });
  await scene.readRecord();
  const work = await scene.readRecord();
  expect(work).toMatchObject({ ...NO_ORIGIN, ...NO_MEMORY, ...NO_FILES, ...NOTHING_KEPT });
  expect(work.memoryLookups).toBe(1);
  expect(work.diskLookups).toBe(0);
  expect(scene.answersRecordAtOnce()).toBe(true);
});

test('a small range that is in memory leaves in one piece, of the memory that it lies in', async () => {
  const scene = await openWorkScene(ROOMY);
  await scene.download();
  const ranged = await scene.download('bytes=100-4195');
  expect(ranged.body.equals(scene.data.subarray(100, 4196))).toBe(true);
  expect(ranged).toMatchObject({ inOneGo: true, bytesCopied: 0 });
});
