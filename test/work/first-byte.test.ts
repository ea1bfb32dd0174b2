// What stands between a request and the first byte of its answer, counted: round trips to the origin,
// one after the other, and nothing else.
import { expect, test } from 'vitest';
import { createGate } from '../support/gate.ts';
import { createRoundTrips } from './round-trips.ts';
import { CHUNK, openWorkScene } from './work-scene.ts';

test('the first byte of a cold image is two round trips away, and waits for no disk', async () => {
  const link = createRoundTrips();
  const disk = createGate();
  let writes: Promise<void> = Promise.resolve();
  const scene = await openWorkScene({
    size: 16 * CHUNK + 100,
    memory: 64 * CHUNK,
    metadataTtlMs: 3_600_000,
    lanes: 4,
    beforeAnswer: link.beforeAnswer,
    beforeWrite: () => writes,
  });
  // After this the gateway knows that the origin has ranges.
  await scene.download();
  link.close();
  writes = disk.opened;
  const { begun, whole } = await scene.beginAnother();
  // Side by side: may this caller have it, and what is it?
  await link.waiting(2);
  link.answer();
  // The data, by itself: other lanes would only be in its way.
  await link.waiting(1);
  link.answer();
  await begun;
  expect(link.answered()).toBe(3);
  link.open();
  disk.open();
  expect((await whole).body.equals(scene.data)).toBe(true);
});
