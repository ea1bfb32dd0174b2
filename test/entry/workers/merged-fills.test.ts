// The fills of several workers, as people see them.
import { expect, test } from 'vitest';
import { mergeFills } from '../../../src/entry/workers/merged-fills.ts';
import type { WorkerReading } from '../../../src/entry/workers/report.ts';
import type { RunningFill } from '../../../src/ports/activity.ts';

test('of one image there is one fill: that from the origin, with the readers of all', () => {
  const leader = fill({ startedAt: 1, readers: 3, filledBytes: 80, spanId: 'leader' });
  // The other worker's fill is one of the three.
  const follower = fill({ startedAt: 2, readers: 4, filledBytes: 60, spanId: 'follower' });
  expect(mergeFills([reading(follower), reading(leader)])).toEqual([{ ...leader, readers: 6 }]);
});

test('images and regions of their own are fills of their own, the oldest first', () => {
  const young = fill({ startedAt: 3 });
  const old = fill({ startedAt: 1, region: 'RegionTwo' });
  const other = fill({ startedAt: 2, imageId: 'another' });
  expect(mergeFills([reading(young, other), reading(old)])).toEqual([old, other, young]);
  expect(mergeFills([])).toEqual([]);
});

function fill(told: Partial<RunningFill>): RunningFill {
  return {
    region: 'RegionOne',
    imageId: 'image',
    kind: 'whole',
    size: 100,
    filledBytes: 10,
    readers: 1,
    startedAt: 0,
    bytesPerSecond: 5,
    etaMs: null,
    traceId: 'trace',
    spanId: 'span',
    ...told,
  };
}

function reading(...fills: readonly RunningFill[]): WorkerReading {
  return { calls: 0, fills, tiers: [] };
}
