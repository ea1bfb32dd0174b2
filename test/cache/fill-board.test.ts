import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createFillBoard, type FillBoard } from '../../src/cache/fill-board.ts';
import { GatewayFailure } from '../../src/core/failure.ts';
import { createManualTimers } from '../support/manual-timers.ts';

const never = new AbortController().signal;
const KIB = 1024;

function aBoard(chunks = 4, chunkSize = 1024 * KIB) {
  const clock = createManualTimers(1_000);
  const board = createFillBoard({ size: chunks * chunkSize, chunkSize }, clock);
  return { board, clock };
}

function hold(board: FillBoard, index: number) {
  const chunk = { bytes: new Uint8Array(1024 * KIB), written: 0, filled: 0 };
  board.hold(index, chunk);
  return chunk;
}

/** Whether the promise has settled by the time that everything due has run. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  promise.then(
    () => {
      settled = true;
    },
    () => {
      settled = true;
    },
  );
  await setImmediate();
  return settled;
}

describe('a chunk', () => {
  test('counts as filled by what has come of it, once, until it is lost', () => {
    const { board } = aBoard();
    board.take(0);
    board.take(1);
    const chunk = hold(board, 0);
    chunk.written = 10 * KIB;
    expect(board.filledBytes()).toBe(10 * KIB);
    board.setDigest(0, 'digest');
    expect(board.filledBytes()).toBe(1024 * KIB);
    board.release(0);
    expect(board.filledBytes()).toBe(1024 * KIB);
    board.lost(0);
    expect(board.filledBytes()).toBe(0);
  });

  test('is taken until it is given back, and the first that is not is known', () => {
    const { board } = aBoard();
    board.take(0);
    board.take(1);
    board.take(3);
    expect([0, 1, 2, 3].map((index) => board.taken(index))).toEqual([true, true, false, true]);
    expect(board.firstUntaken).toBe(2);
    board.untake(1);
    expect(board.firstUntaken).toBe(1);
    for (const index of [1, 2]) board.take(index);
    expect(board.firstUntaken).toBe(4);
  });

  test('that was fetched is not given back by a lane that was called off', () => {
    const { board } = aBoard();
    board.take(0);
    board.setDigest(0, 'digest');
    board.untake(0);
    expect(board.taken(0)).toBe(true);
  });

  test('that is lost is fetched again once, however many miss it', () => {
    const { board } = aBoard();
    board.take(0);
    board.lost(0);
    expect(board.taken(0)).toBe(true);
    board.setDigest(0, 'digest');
    board.lost(0);
    expect([board.taken(0), board.firstUntaken]).toEqual([false, 0]);
    board.take(0);
    // The lane has it in hand, though no byte has come yet.
    board.lost(0);
    expect(board.taken(0)).toBe(true);
  });
});

describe('whoever waits for a chunk', () => {
  test('is woken by what is enough to be worth it: many bytes, a while, or all of them', async () => {
    const { board, clock } = aBoard();
    const chunk = hold(board, 0);
    const next = () => board.changed(0, never);
    let waiting = next();
    board.arrived(0, chunk, 1);
    expect(await isSettled(waiting)).toBe(true);
    waiting = next();
    board.arrived(0, chunk, 100 * KIB);
    expect([await isSettled(waiting), chunk.filled]).toEqual([false, 100 * KIB]);
    board.arrived(0, chunk, 300 * KIB);
    expect(await isSettled(waiting)).toBe(true);
    waiting = next();
    clock.advance(20);
    board.arrived(0, chunk, 300 * KIB + 1);
    expect(await isSettled(waiting)).toBe(true);
    waiting = next();
    board.arrived(0, chunk, 1024 * KIB);
    expect(await isSettled(waiting)).toBe(true);
  });

  test('is not shown fewer bytes than before', () => {
    const { board } = aBoard();
    const chunk = hold(board, 0);
    board.arrived(0, chunk, 10);
    board.arrived(0, chunk, 5);
    expect(chunk.filled).toBe(10);
  });

  test('is not woken for bytes of a chunk that is not the one held', async () => {
    const { board } = aBoard();
    const chunk = hold(board, 0);
    const waiting = board.changed(0, never);
    board.arrived(0, { bytes: new Uint8Array(1024 * KIB), written: 0, filled: 0 }, 1024 * KIB);
    expect([await isSettled(waiting), chunk.filled]).toEqual([false, 0]);
  });

  test('makes it wanted, and no longer when it has left', async () => {
    const { board } = aBoard();
    const gone = new AbortController();
    const [one, other] = [board.changed(2, never), board.changed(2, gone.signal)];
    const only = board.changed(1, gone.signal);
    expect([...board.wanted()].sort((a, b) => a - b)).toEqual([1, 2]);
    gone.abort();
    expect([await isSettled(only), await isSettled(other), await isSettled(one)]).toEqual([
      true,
      true,
      false,
    ]);
    expect([...board.wanted()]).toEqual([2]);
    await board.changed(3, gone.signal);
    expect([...board.wanted()]).toEqual([2]);
  });

  test('for the end wants nothing that could be fetched', () => {
    const { board } = aBoard(4);
    void board.changed(4, never);
    expect([[...board.wanted()], board.awaited]).toEqual([[], true]);
  });
});

test('whoever waits for anything is woken by whatever makes room or work', async () => {
  const { board } = aBoard();
  hold(board, 0);
  board.take(1);
  const events = [
    () => board.release(0),
    () => board.untake(1),
    () => board.wake(3),
    () => board.wake(),
    () => board.stir(),
    () => void board.changed(2, never),
  ];
  for (const happen of events) {
    const waiting = board.moved();
    expect(await isSettled(waiting)).toBe(false);
    happen();
    expect(await isSettled(waiting)).toBe(true);
  }
});

test('what is held for readers is what is hashed already', () => {
  const { board } = aBoard();
  for (const index of [0, 1, 2]) hold(board, index);
  board.hashed = 2;
  expect([board.heldCount, board.heldForReaders]).toEqual([3, 2]);
  board.release(0);
  expect([board.heldCount, board.heldForReaders]).toEqual([2, 1]);
});

test('a failure ends every wait, now and later, and lets go of all that is held', async () => {
  const { board } = aBoard();
  const failure = new GatewayFailure('data-mismatch', 'wrong');
  hold(board, 0);
  const waits = [board.changed(0, never), board.changed(4, never), board.moved()];
  board.fail(failure);
  waits.push(board.changed(1, never), board.moved());
  for (const outcome of await Promise.allSettled(waits)) {
    expect(outcome).toEqual({ status: 'rejected', reason: failure });
  }
  expect([board.heldCount, board.awaited]).toEqual([0, false]);
});
