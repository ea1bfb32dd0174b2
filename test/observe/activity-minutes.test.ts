// The last hour: which minute a call counts in, and where its bytes go.
import { expect, test } from 'vitest';
import { createMinutes } from '../../src/observe/activity/minutes.ts';
import type { Minute } from '../../src/ports/activity.ts';
import { callSummary } from '../support/call-summary.ts';
import { createManualTimers } from '../support/manual-timers.ts';

const MINUTE = 60_000;
/** A whole minute, far from the epoch. */
const START = 30_000_000 * MINUTE;

test('each minute has its own sums, and one without calls is there too', () => {
  const { clock, minutes } = open();
  minutes.ended(callSummary({ bytesSent: 10, durationMs: 0 }));
  clock.advance(2.5 * MINUTE);
  minutes.ended(callSummary({ status: 500, bytesSent: 5, durationMs: 20 }));
  minutes.fetched(7);
  const [first, second, third] = minutes.last();
  expect(minutes.last()).toHaveLength(3);
  expect(first).toMatchObject({ time: START, calls: 1, errors: 0, bytesSent: 10, fetchedBytes: 0 });
  expect(second).toMatchObject({ time: START + MINUTE, calls: 0, bytesSent: 0 });
  expect(third).toMatchObject({ calls: 1, errors: 1, bytesSent: 5, fetchedBytes: 7 });
  expect(third?.durationMs.max).toBe(20);
});

test.each([
  ['glance-edge; hit; detail=memory', { hits: 1 }],
  ['glance-edge; hit; ttl=-3; detail=memory', { hits: 1 }],
  ['glance-edge; fwd=uri-miss; stored', { misses: 1 }],
  ['glance-edge; fwd=uri-miss; collapsed', { misses: 1 }],
  ['glance-edge; fwd=partial; stored', { misses: 1 }],
  ['glance-edge; fwd=stale', { misses: 1 }],
  ['glance-edge; fwd=request', { misses: 1 }],
  ['glance-edge; fwd=bypass; detail=relay', { bypasses: 1 }],
  ['glance-edge; fwd=method', { bypasses: 1 }],
  [null, {}],
])('%s counts as %o', (cacheStatus, counted) => {
  const { minutes } = open();
  minutes.ended(callSummary({ cacheStatus }));
  const wanted = { calls: 1, hits: 0, misses: 0, bypasses: 0, ...counted };
  expect(minutes.last()[0]).toMatchObject(wanted);
});

test('an answer that was cut off is an error, one that its client left is none', () => {
  const { minutes } = open();
  minutes.ended(callSummary({ ended: 'destroyed' }));
  minutes.ended(callSummary({ ended: 'client-gone', status: 499 }));
  expect(minutes.last()[0]).toMatchObject({ calls: 2, errors: 1 });
});

test('a long download is spread over the minutes that it lasted', () => {
  const { clock, minutes } = open();
  clock.advance(4.5 * MINUTE);
  const tierBytes = { memory: 0, disk: 0, redis: 0, origin: 401 };
  minutes.ended(callSummary({ bytesSent: 401, tierBytes, durationMs: 4 * MINUTE }));
  const sums = minutes.last();
  expect(sums.map(({ calls }) => calls)).toEqual([0, 0, 0, 0, 1]);
  expect(sums.map(({ bytesSent }) => bytesSent)).toEqual([50, 100, 101, 100, 50]);
  expect(sums.map(({ imageBytes }) => imageBytes.origin)).toEqual([50, 100, 101, 100, 50]);
});

test('no byte is lost at the turn of a minute', () => {
  const { clock, minutes } = open();
  minutes.ended(callSummary({ bytesSent: 3, durationMs: 0 }));
  clock.advance(MINUTE);
  minutes.ended(callSummary({ bytesSent: 100, durationMs: 1_000 }));
  minutes.ended(callSummary({ bytesSent: 7, durationMs: 0 }));
  expect(minutes.last().map(({ bytesSent }) => bytesSent)).toEqual([103, 7]);
});

test('an hour is kept, and what began before it counts for its part within', () => {
  const { clock, minutes } = open();
  minutes.ended(callSummary({ bytesSent: 1 }));
  clock.advance(2 * 60 * MINUTE);
  minutes.ended(callSummary({ bytesSent: 120_000, durationMs: 120 * MINUTE }));
  const sums = minutes.last();
  expect(sums).toHaveLength(60);
  expect(sums.at(-1)?.time).toBe(START + 120 * MINUTE);
  expect(sums[0]?.bytesSent).toBe(1_000);
  expect(total(sums)).toBe(59_000);
});

test('a clock that was set back loses nothing of the current minute', () => {
  const { clock, minutes } = open();
  clock.advance(10 * MINUTE);
  minutes.ended(callSummary({ bytesSent: 1, durationMs: 0 }));
  clock.advance(-20 * MINUTE);
  minutes.ended(callSummary({ bytesSent: 2, durationMs: 0 }));
  expect(minutes.last()).toHaveLength(1);
  expect(total(minutes.last())).toBe(2);
});

const total = (sums: readonly Minute[]): number =>
  sums.reduce((sum, { bytesSent }) => sum + bytesSent, 0);

function open() {
  const clock = createManualTimers(START);
  return { clock, minutes: createMinutes(clock) };
}
