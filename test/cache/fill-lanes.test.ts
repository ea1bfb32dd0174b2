import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { HeldChunk } from '../../src/cache/fill-board.ts';
import { runLanes } from '../../src/cache/fill-lanes.ts';
import type { ByteRun, DataSource, ReadRun } from '../../src/cache/origin-run.ts';
import { patternBytes } from '../contract/tier-harness.ts';
import { createGate } from '../support/gate.ts';
import { aCall, imageId } from './world/calls.ts';
import { createFillParts, type FillPartsOptions } from './world/fill-context.ts';

const DATA = patternBytes(40, 5);

const SOURCE: DataSource = {
  region: 'One',
  imageId: imageId(1),
  size: DATA.length,
  stores: 's',
  call: aCall(),
  credentials: () => [],
  refused() {},
  attempted() {},
  resumed() {},
  received() {},
};

/** Lanes over chunks of 4 bytes, with the runs that they asked for and the chunks that they brought. */
function scene(readRun: ReadRun, options: Partial<FillPartsOptions> = {}) {
  const runs: ByteRun[] = [];
  const settled: number[] = [];
  const stopped: unknown[] = [];
  const parts = createFillParts({
    data: DATA,
    chunkSize: 4,
    ...options,
    readRun: (source, run, onSequential) => {
      runs.push({ ...run });
      return readRun(source, run, onSequential);
    },
  });
  const { board } = parts;
  const settle = (index: number, chunk: HeldChunk): void => {
    settled.push(index);
    board.setDigest(index, 'digest');
    board.arrived(index, chunk, chunk.bytes.length);
    board.wake(index);
  };
  const run = () => runLanes(parts.context, SOURCE, (thrown) => stopped.push(thrown), settle);
  return { ...parts, runs, settled, stopped, run };
}

const whole: ReadRun = async function* whole(_, run) {
  for (let at = run.from; at < run.to; at += 3) yield DATA.subarray(at, Math.min(at + 3, run.to));
};

test('chunks are cut from pieces of any size, whole and in order, and only so many are held', async () => {
  const { board, run, settled, runs } = scene(whole, { window: 3 });
  const running = run();
  await setImmediate();
  expect(settled).toEqual([0, 1, 2]);
  expect(board.held(1)?.bytes).toEqual(DATA.slice(4, 8));
  for (let index = 0; index < 10; index += 1) {
    board.hashed = index + 1;
    board.release(index);
    await setImmediate();
    expect(board.heldCount).toBeLessThanOrEqual(3);
  }
  await running;
  expect(settled).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(runs[0]).toEqual({ from: 0, to: 12 });
});

test('a lane without room for what somebody wants asks the origin for nothing', async () => {
  const { board, abilities, runs, run } = scene(whole, { window: 2, lanes: 1 });
  abilities.learn('One', 's', 'yes');
  for (const index of [4, 5]) {
    board.take(index);
    board.hold(index, { bytes: new Uint8Array(4), written: 0, filled: 0 });
  }
  void board.changed(1, new AbortController().signal);
  void run();
  for (let turn = 0; turn < 20; turn += 1) await setImmediate();
  // What the hash needs next is read, and after it what is wanted; nothing over and over.
  expect(runs.map(({ from }) => from / 4)).toEqual([0]);
});

test('a run that goes on as the only one leaves free what was lost before it', async () => {
  const gate = createGate();
  const readRun: ReadRun = async function* flipping(_, run, onSequential) {
    yield DATA.subarray(0, 8);
    await gate.opened;
    onSequential(run);
    await createGate().opened;
  };
  const { board, run, runs } = scene(readRun, { window: 8 });
  void run();
  await setImmediate();
  // Fetched far ahead, let go and forgotten by every tier, as the hash comes to it.
  board.release(0);
  board.lost(0);
  gate.open();
  await setImmediate();
  expect([runs[0]?.from, board.taken(0), board.taken(9)]).toEqual([0, false, true]);
});

test('a run that is called off gives back what it has not brought', async () => {
  const gate = createGate();
  const readRun: ReadRun = async function* calledOff(_, run, onSequential) {
    yield DATA.subarray(run.from, run.from + 6);
    await gate.opened;
    onSequential(run);
  };
  const { board, abilities, run, settled } = scene(readRun, { window: 8 });
  abilities.learn('One', 's', 'yes');
  void board.changed(3, new AbortController().signal);
  void run();
  await setImmediate();
  expect(settled).toEqual([3]);
  abilities.learn('One', 's', 'no');
  for (const index of [0, 1, 2]) board.take(index);
  gate.open();
  await Promise.resolve();
  await Promise.resolve();
  await Promise.resolve();
  expect([3, 4, 5].map((index) => board.digest(index) !== undefined)).toEqual([true, false, false]);
  expect(board.taken(3)).toBe(true);
});

test('bytes that another lane brought before are compared, and other ones stop the lane', async () => {
  const { board, run, stopped } = scene(whole);
  const bytes = DATA.slice(0, 4);
  bytes[3] = (bytes[3] ?? 0) ^ 1;
  board.hold(0, { bytes, written: 4, filled: 4 });
  await run();
  expect(stopped).toMatchObject([{ code: 'data-mismatch' }]);
  expect(board.held(0)?.bytes).toBe(bytes);
});

test('a lane goes on in the chunk that a lane before it has left, for readers who are in it', async () => {
  const { board, run } = scene(whole);
  const chunk = { bytes: new Uint8Array(4), written: 2, filled: 2 };
  chunk.bytes.set(DATA.subarray(0, 2));
  board.hold(0, chunk);
  void run();
  await setImmediate();
  expect(board.held(0)).toBe(chunk);
  expect([chunk.filled, chunk.bytes]).toEqual([4, DATA.slice(0, 4)]);
});

test('until the first lane has brought something, the others ask for nothing', async () => {
  const gate = createGate();
  const { abilities, run, runs } = scene(
    async function* slow(source, asked, onSequential) {
      await gate.opened;
      yield* whole(source, asked, onSequential);
    },
    { lanes: 3 },
  );
  abilities.learn('One', 's', 'yes');
  void run();
  await setImmediate();
  expect(runs).toHaveLength(1);
  gate.open();
  await setImmediate();
  expect(runs.length).toBeGreaterThan(1);
});

test('the first bytes are for whoever waits: the others ask when the reader has come back for more', async () => {
  const second = createGate();
  const { abilities, board, run, runs } = scene(
    async function* slow(_, { from, to }) {
      yield DATA.subarray(from, from + 1);
      await second.opened;
      yield DATA.subarray(from + 1, to);
    },
    { lanes: 3 },
  );
  abilities.learn('One', 's', 'yes');
  const waiting = board.changed(0, new AbortController().signal);
  void run();
  await waiting;
  await setImmediate();
  expect(runs).toHaveLength(1);
  void board.changed(0, new AbortController().signal);
  await setImmediate();
  expect(runs).toHaveLength(3);
});

test('where no reader comes back for more, the others ask when the second piece has come', async () => {
  const second = createGate();
  const { abilities, run, runs } = scene(
    async function* slow(_, { from }) {
      yield DATA.subarray(from, from + 1);
      await second.opened;
      yield DATA.subarray(from + 1, from + 2);
      await createGate().opened;
    },
    { lanes: 3 },
  );
  abilities.learn('One', 's', 'yes');
  void run();
  await setImmediate();
  expect(runs).toHaveLength(1);
  second.open();
  await setImmediate();
  expect(runs).toHaveLength(3);
});

test('a failing lane is told of at once; the others are waited for', async () => {
  const gate = createGate();
  let runs = 0;
  const { abilities, run, stopped } = scene(
    async function* failing() {
      runs += 1;
      const lane = runs;
      if (lane === 2) await gate.opened;
      yield DATA.subarray(0, 1);
      throw new Error(`of lane ${lane}`);
    },
    { lanes: 2 },
  );
  abilities.learn('One', 's', 'yes');
  let over = false;
  const running = run().then(() => {
    over = true;
  });
  await setImmediate();
  expect([stopped, over]).toMatchObject([[{ message: 'of lane 1' }], false]);
  gate.open();
  await running;
  expect(stopped).toHaveLength(2);
});
