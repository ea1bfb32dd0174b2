// Activity that several processes have counted, each a part: put together it is what one process would
// have counted.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ActivityWatch, watchActivity } from '../../src/observe/activity/activity.ts';
import { type BooksOptions, openBooks } from '../../src/observe/activity/books.ts';
import type { Activity } from '../../src/ports/activity.ts';
import { callSummary } from '../support/call-summary.ts';
import { createManualTimers } from '../support/manual-timers.ts';

const MINUTE = 60_000;
const START = 30_000_000 * MINUTE;
const ONE = 'http://one.example:9292';
const IMAGES = ['11111111-2222-4333-8444-555555555555', '21111111-2222-4333-8444-555555555555'];

type Step =
  | { readonly kind: 'passes'; readonly ms: number }
  | { readonly kind: 'taken'; readonly worker: number }
  | {
      readonly kind: 'call';
      readonly worker: number;
      readonly image: number;
      readonly status: number;
      readonly durationMs: number;
      readonly bytesSent: number;
      readonly cacheStatus: string | null;
    };

const worker = fc.nat(2);
const steps = fc.array(
  fc.oneof<fc.Arbitrary<Step>[]>(
    fc.record({ kind: fc.constant('passes'), ms: fc.nat(10 * MINUTE) }),
    fc.record({ kind: fc.constant('taken'), worker }),
    fc.record({
      kind: fc.constant('call'),
      worker,
      image: fc.nat(1),
      status: fc.constantFrom(200, 206, 404, 500),
      durationMs: fc.double({ min: 0, max: 5 * MINUTE, noNaN: true }),
      bytesSent: fc.nat(1_000_000),
      cacheStatus: fc.constantFrom(
        null,
        'glance-edge; hit; detail=memory',
        'glance-edge; fwd=uri-miss; stored',
        'glance-edge; fwd=bypass; detail=list',
      ),
    }),
  ),
  { maxLength: 60 },
);

test('what several have counted adds up to what one would have counted, percentiles too', () => {
  fc.assert(
    fc.property(steps, (taken) => {
      const { options, clock } = open();
      const whole = watchActivity(options);
      const workers = [0, 1, 2].map(() => watchActivity(options));
      const books = openBooks(options);
      for (const step of taken) {
        if (step.kind === 'passes') clock.advance(step.ms);
        else if (step.kind === 'taken') books.add(at(workers, step.worker).take());
        else {
          const summary = callSummary({ ...step, imageId: IMAGES[step.image] ?? null });
          whole.calls.ended(summary);
          at(workers, step.worker).calls.ended(summary);
        }
      }
      for (const each of workers) books.add(each.take());
      expect(seen(books.shown(() => []))).toEqual(seen(whole.activity));
    }),
    { numRuns: 200 },
  );
});

test('what was taken is counted once, and what comes late goes to its own minute', () => {
  const { options, clock } = open();
  const watch = watchActivity(options);
  const books = openBooks(options);
  watch.calls.ended(callSummary({ bytesSent: 7, durationMs: 0 }));
  const news = watch.take();
  expect(watch.take().totals.calls).toBe(0);
  clock.advance(2 * MINUTE);
  books.add(structuredClone(news));
  expect(books.shown(() => []).minutes()[0]).toMatchObject({ time: START, calls: 1, bytesSent: 7 });
});

test('minutes that are over an hour old take no place of newer ones', () => {
  const { options, clock } = open();
  const watch = watchActivity(options);
  const books = openBooks(options);
  watch.calls.ended(callSummary());
  const news = watch.take();
  clock.advance(60 * MINUTE);
  books.add(news);
  const shown = books.shown(() => []);
  expect(shown.minutes().every(({ calls }) => calls === 0)).toBe(true);
  expect(shown.totals().calls).toBe(1);
});

test('an endpoint is up or failing by whoever asked it last', () => {
  const { options, clock } = open();
  const [early, late, books] = [openBooks(options), openBooks(options), openBooks(options)];
  early.healths.answered('RegionOne', ONE, 100);
  early.healths.answered('RegionOne', ONE, 200);
  clock.advance(1_000);
  late.healths.failed('RegionOne', ONE, 'origin-timeout');
  books.add(late.take());
  books.add(early.take());
  const health = () => books.shown(() => []).regions()[0]?.endpoints[0];
  expect(health()).toEqual({
    url: ONE,
    state: 'failing',
    answers: 2,
    failures: 1,
    lastAnswerAt: START,
    lastFailure: { code: 'origin-timeout', at: START + 1_000 },
    latencyMs: 120,
  });
  clock.advance(1_000);
  early.healths.answered('RegionOne', ONE, 220);
  books.add(early.take());
  books.add(late.take());
  expect(health()).toMatchObject({ state: 'up', answers: 3, failures: 1, latencyMs: 140 });
});

function open() {
  const clock = createManualTimers(START);
  const options: BooksOptions = {
    clock,
    regions: [{ name: 'RegionOne', endpoints: [ONE] }],
    defaultRegion: 'RegionOne',
  };
  return { clock, options };
}

function at(workers: readonly ActivityWatch[], index: number): ActivityWatch {
  const found = workers[index];
  if (found === undefined) throw new Error('there are three workers');
  return found;
}

function seen(activity: Activity): unknown {
  const images = activity.images(10).toSorted((a, b) => (a.imageId < b.imageId ? -1 : 1));
  return { images, minutes: activity.minutes(), totals: activity.totals() };
}
