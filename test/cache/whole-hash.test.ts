import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { hashWhole } from '../../src/cache/whole-hash.ts';
import { createGate } from '../support/gate.ts';
import { createFillParts } from './world/fill-context.ts';

const CHUNK = Uint8Array.from([1, 2, 3, 4]);

test('it goes through the chunks in order, whatever order they come in', async () => {
  const data = Uint8Array.from([1, 2, 3, 4, 5]);
  const { context, board } = createFillParts({ data, chunkSize: 2 });
  const hashed: number[] = [];
  const hashing = hashWhole(context, (index) => hashed.push(index));
  for (const index of [2, 0, 1]) {
    const bytes = data.slice(index * 2, index * 2 + 2);
    board.hold(index, { bytes, written: bytes.length, filled: bytes.length });
    board.setDigest(index, 'digest');
    board.wake(index);
    await setImmediate();
    expect(hashed).toEqual({ 2: [], 0: [0], 1: [0, 1, 2] }[index]);
  }
  await hashing;
});

test('other bytes than the record says are a mismatch', async () => {
  const { context, board } = createFillParts({ data: CHUNK, chunkSize: 4 });
  const hashing = hashWhole(context, () => {});
  board.hold(0, { bytes: Uint8Array.from([1, 2, 3, 5]), written: 4, filled: 4 });
  board.setDigest(0, 'digest');
  board.wake(0);
  await expect(hashing).rejects.toMatchObject({ code: 'data-mismatch' });
});

test('a chunk that comes back while the hash looks for it needs nothing else to happen', async () => {
  const { context, board, looking, found } = aLostChunk();
  const hashing = hashWhole(context, () => {});
  await looking.opened;
  const chunk = { bytes: CHUNK, written: 4, filled: 4 };
  board.hold(0, chunk);
  board.wake(0);
  found.open();
  await hashing;
  expect(board.hashed).toBe(1);
});

test('a chunk that is being fetched again is hashed when it is whole', async () => {
  const { context, board, looking, found } = aLostChunk();
  const hashing = hashWhole(context, () => {});
  await looking.opened;
  const chunk = { bytes: new Uint8Array(4), written: 0, filled: 0 };
  board.hold(0, chunk);
  found.open();
  for (const filled of [0, 2, 4]) {
    chunk.bytes.set(CHUNK.subarray(0, filled));
    board.arrived(0, chunk, filled);
    board.wake(0);
    await setImmediate();
    expect(board.hashed).toBe(filled === 4 ? 1 : 0);
  }
  await hashing;
});

/** One chunk that was fetched and that no tier has any more; the lookup is slow to say so. */
function aLostChunk() {
  const [looking, found] = [createGate(), createGate()];
  const { context, board } = createFillParts({
    data: CHUNK,
    chunkSize: 4,
    async lookup() {
      looking.open();
      await found.opened;
      return { kind: 'miss' };
    },
  });
  board.take(0);
  board.setDigest(0, 'digest');
  return { context, board, looking, found };
}
