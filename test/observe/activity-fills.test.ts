// Fills under way: how far they are, and how long they will take.
import { expect, test } from 'vitest';
import type { FillEnd, FillKind, FillState } from '../../src/cache/fill-watch.ts';
import { GatewayFailure } from '../../src/core/failure.ts';
import { createRunningFills } from '../../src/observe/activity/running-fills.ts';
import { imageId, NO_SPAN, unwatchedFill } from '../cache/world/calls.ts';
import { createManualTimers } from '../support/manual-timers.ts';
import { aCall } from '../support/wire-calls.ts';

const TRACE = { ...NO_SPAN, traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };
const NOTHING_TOLD = { originBytes: 0, originAttempts: 0 };

test('a fill is listed with its progress, as of the moment of asking', () => {
  const { clock, start, list } = open();
  const state = { filledBytes: 0, readers: 1 };
  start('whole', state);
  expect(list()).toEqual([
    {
      region: 'RegionOne',
      imageId: imageId(1),
      kind: 'whole',
      size: 1_000,
      filledBytes: 0,
      readers: 1,
      startedAt: 5_000,
      bytesPerSecond: 0,
      etaMs: null,
      traceId: TRACE.traceId,
      spanId: TRACE.spanId,
    },
  ]);
  clock.advance(2_000);
  Object.assign(state, { filledBytes: 250, readers: 4 });
  expect(list()).toMatchObject([
    { filledBytes: 250, readers: 4, bytesPerSecond: 125, etaMs: 6_000 },
  ]);
});

test('what a repair has still to bring is not foreseen', () => {
  const { clock, start, list } = open();
  start('repair', { filledBytes: 250, readers: 1 });
  clock.advance(1_000);
  expect(list()).toMatchObject([{ kind: 'repair', bytesPerSecond: 250, etaMs: null }]);
});

test.each<[FillEnd, boolean]>([
  [{ kind: 'committed' }, false],
  [{ kind: 'repaired' }, false],
  [{ kind: 'abandoned' }, false],
  [{ kind: 'failed', failure: new GatewayFailure('data-mismatch', 'for the test') }, true],
])('a fill that ended %o is listed no more', (end, failed) => {
  const { start, list, filled, ended } = open();
  start('whole', { filledBytes: 1, readers: 1 }).ended(end, TOLD);
  expect(list()).toEqual([]);
  expect(filled).toEqual([['RegionOne', imageId(1), failed]]);
  expect(ended).toEqual([end]);
});

test.each<FillEnd>([{ kind: 'committed' }, { kind: 'found' }])(
  'one that another process has fetched is not counted here: %o',
  (end) => {
    const { start, list, filled, ended } = open();
    start('whole', { filledBytes: 1, readers: 1 }).ended(end, NOTHING_TOLD);
    expect(list()).toEqual([]);
    expect(filled).toEqual([]);
    expect(ended).toEqual([end]);
  },
);

const TOLD = { originBytes: 1_000, originAttempts: 1 };

function open() {
  const clock = createManualTimers(5_000);
  const filled: (string | boolean)[][] = [];
  const ended: FillEnd[] = [];
  const fills = createRunningFills(clock, (...told) => filled.push(told));
  const watch = fills.watched(() => ({
    ...unwatchedFill(),
    trace: TRACE,
    ended: (end) => ended.push(end),
  }));
  const generation = {
    region: 'RegionOne',
    imageId: imageId(1),
    algorithm: 'sha512',
    value: 'ab',
    size: 1_000,
  };
  return {
    clock,
    filled,
    ended,
    list: () => fills.list(),
    start: (kind: FillKind, state: FillState) => watch(aCall(), generation, kind, () => state),
  };
}
