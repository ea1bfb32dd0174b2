// Traces of several processes: held in one place they are what one process would have held of them.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  createGatheredTraces,
  type GatheredTraces,
} from '../../../src/adapters/otel/gathered-traces.ts';
import { createTraceRing } from '../../../src/adapters/otel/ring.ts';
import { createTakenTraces, type TakenTraces } from '../../../src/adapters/otel/trace-news.ts';
import type { HeaderList } from '../../../src/core/headers.ts';
import type { TraceStore } from '../../../src/ports/trace-store.ts';
import type { Span, Tracing } from '../../../src/ports/tracing.ts';
import { tracingInto } from './finished-spans.ts';

interface Worker {
  readonly tracing: Tracing;
  readonly store: TraceStore;
  readonly taken: TakenTraces;
}

test('a trace is sent when its call has ended, and what ends later follows', () => {
  const { tracing, taken } = open();
  const gathered = createGatheredTraces({ keep: 10 });
  const call = tracing.server('call', [], {});
  const fill = tracing.child(call.context, 'fill', 'internal', {});
  expect(taken.take(10)).toEqual([]);
  call.end();
  send(taken, gathered);
  const { traceId } = call.context;
  expect(gathered.get(traceId)).toMatchObject({ name: 'call', spans: 1 });

  fill.end();
  send(taken, gathered);
  expect(gathered.get(traceId)?.spans).toBe(2);
  expect(gathered.get(traceId)?.tree.map(({ name }) => name)).toEqual(['call', 'fill']);
  expect(taken.take(10)).toEqual([]);
});

test('the parts of a trace that several workers have seen are one trace', async () => {
  const [one, two] = [open(), open()];
  const gathered = createGatheredTraces({ keep: 10 });
  const headers: HeaderList = [['traceparent', `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`]];
  one.tracing.server('first', headers, {}).end();
  two.tracing.server('second', headers, {}).end();
  send(two.taken, gathered);
  send(one.taken, gathered);
  expect(await gathered.list({ limit: 10 })).toMatchObject([{ traceId: 'a'.repeat(32), spans: 2 }]);
  expect(names(gathered, 'a'.repeat(32)).toSorted()).toEqual(['first', 'second']);
});

test('what one worker asks another within a call is no call of its own', async () => {
  const [one, two] = [open(), open()];
  const gathered = createGatheredTraces({ keep: 10 });
  const call = one.tracing.server('call', [], {});
  const asks = one.tracing.child(call.context, 'origin GET', 'client', {});
  const within = two.tracing.server('within', one.tracing.headers(asks.context), {});
  within.set({ 'glance_edge.region': 'elsewhere' });
  for (const span of [within, asks, call]) span.end();
  send(two.taken, gathered);
  send(one.taken, gathered);
  const { traceId } = call.context;
  expect(names(gathered, traceId)).toEqual(['call', 'origin GET', 'within']);
  expect(await gathered.list({ limit: 10, region: 'elsewhere' })).toEqual([]);
});

test('links lead from a reader in one worker to the fill in another', () => {
  const [leader, follower] = [open(), open()];
  const gathered = createGatheredTraces({ keep: 10 });
  const cold = leader.tracing.server('cold', [], {});
  const fill = leader.tracing.child(cold.context, 'fill', 'internal', {});
  const late = follower.tracing.server('late', [], {});
  late.link(fill.context);
  for (const span of [late, fill, cold]) span.end();
  send(follower.taken, gathered);
  send(leader.taken, gathered);
  const [link] = gathered.get(late.context.traceId)?.tree[0]?.links ?? [];
  expect(gathered.get(link?.traceId ?? '')?.tree.map(({ spanId }) => spanId)).toContain(
    link?.spanId,
  );
});

test('of a flood only what is held is sent, errors among it', () => {
  const { tracing, taken } = open(20);
  const failed = tracing.server('call', [], {});
  failed.fail('internal', 'broken');
  failed.end();
  for (let count = 0; count < 500; count += 1) tracing.server('call', [], {}).end();
  expect(taken.waiting()).toBe(20);
  expect(taken.take(5).map(({ kind }) => kind)).toContain('error');
  expect(taken.waiting()).toBe(15);
});

test('as many traces and spans are held as there may be', async () => {
  const { tracing, taken } = open(1_000);
  const gathered = createGatheredTraces({ keep: 5, spansPerTrace: 3, spans: 12 });
  for (let count = 0; count < 8; count += 1) {
    const call = tracing.server('call', [], {});
    for (let child = 0; child < 4; child += 1) {
      tracing.child(call.context, `child ${child}`, 'internal', {}).end();
    }
    call.end();
    send(taken, gathered);
  }
  const held = await gathered.list({ limit: 100 });
  expect(held).toHaveLength(4);
  expect(held.map(({ spans }) => spans)).toEqual([5, 5, 5, 5]);
  expect(held.map(({ traceId }) => names(gathered, traceId).length)).toEqual([3, 3, 3, 3]);
  expect(held.every(({ traceId }) => names(gathered, traceId).includes('call'))).toBe(true);
});

test('the late end of a trace that was forgotten brings nothing back', async () => {
  const { tracing, taken } = open();
  const gathered = createGatheredTraces({ keep: 1 });
  const old = tracing.server('old', [], {});
  const fill = tracing.child(old.context, 'fill', 'internal', {});
  old.end();
  send(taken, gathered);
  tracing.server('new', [], {}).end();
  send(taken, gathered);
  fill.end();
  send(taken, gathered);
  expect(gathered.get(old.context.traceId)).toBeNull();
  expect((await gathered.list({ limit: 10 })).map(({ name }) => name)).toEqual(['new']);
});

const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('sent' as const), worker: fc.nat(1) }),
    fc.record({
      kind: fc.constant('call' as const),
      worker: fc.nat(1),
      region: fc.constantFrom('RegionOne', 'RegionTwo'),
      status: fc.constantFrom(200, 404, 503),
      children: fc.nat(3),
      late: fc.boolean(),
    }),
  ),
  { maxLength: 30 },
);

test('whatever the workers do, each trace is held as its own worker holds it', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (taken) => {
      const workers = [open(), open()];
      const gathered = createGatheredTraces({ keep: 100 });
      const late: Span[] = [];
      for (const step of taken) {
        const worker = workers[step.worker];
        if (worker === undefined) continue;
        if (step.kind === 'sent') send(worker.taken, gathered);
        else call(worker.tracing, step, late);
      }
      for (const span of late) span.end();
      for (const { taken: rest } of workers) send(rest, gathered);
      const own = (
        await Promise.all(workers.map(({ store }) => store.list({ limit: 100 })))
      ).flat();
      const all = await gathered.list({ limit: 100 });
      expect(new Set(all)).toEqual(new Set(own));
      for (const { traceId } of own) {
        const held = workers.map(({ store }) => store.get(traceId)).find((found) => found !== null);
        expect(gathered.get(traceId)).toEqual(held);
      }
      for (const [at, trace] of all.entries()) {
        const { startTime, durationMs } = all[at + 1] ?? { startTime: 0, durationMs: 0 };
        expect(trace.startTime + trace.durationMs).toBeGreaterThanOrEqual(startTime + durationMs);
      }
    }),
    { numRuns: 100 },
  );
});

function call(
  tracing: Tracing,
  step: { region: string; status: number; children: number; late: boolean },
  late: Span[],
): void {
  const { region, status, children } = step;
  const span = tracing.server('call', [], {
    'glance_edge.region': region,
    'http.response.status_code': status,
    'http.route': '/v2/images',
  });
  for (let count = 0; count < children; count += 1) {
    tracing.child(span.context, `child ${count}`, 'internal', { count }).end();
  }
  if (step.late) late.push(tracing.child(span.context, 'fill', 'internal', {}));
  if (status >= 500) span.fail('origin-unreachable', 'Nobody answers.');
  span.end();
}

function open(keep = 100): Worker {
  const taken = createTakenTraces();
  const { processor, store } = createTraceRing({ keep }, taken.watch);
  return { tracing: tracingInto([processor]), store, taken };
}

/** As between processes: what arrives is a copy. */
function send(taken: TakenTraces, gathered: GatheredTraces): void {
  for (const news of structuredClone(taken.take(1_000))) gathered.add(news);
}

function names(gathered: GatheredTraces, traceId: string): string[] {
  return gathered.get(traceId)?.tree.map(({ name }) => name) ?? [];
}
