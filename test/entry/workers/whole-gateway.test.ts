// The gateway as a whole, put together from what its workers report; processes are in the scenario tests.
import { expect, test } from 'vitest';
import { keepFresh } from '../../../src/entry/workers/fresh-admin.ts';
import type { WholeGateway } from '../../../src/entry/workers/whole-gateway.ts';
import type { TraceSummary } from '../../../src/ports/trace-store.ts';
import { openAdmin } from '../../http/admin-stage.ts';
import { listening } from '../../support/trace-listener.ts';
import { openStage } from './worker-stage.ts';

test('calls over several workers are in one list, one overview and one series', async () => {
  const { whole, worker } = openStage();
  const [one, two] = [worker(1), worker(2)];
  const ids = [one.call({ durationMs: 10 }), two.call({ durationMs: 30 }), two.call()];
  await whole.fresh();
  expect(new Set(await listed(whole))).toEqual(new Set(ids));
  expect(whole.sources.activity.totals()).toMatchObject({ calls: 3, hits: 3 });
  expect(whole.sources.activity.totals().durationMs.max).toBe(30);
  const lines = await sampled(whole, 'glance_edge_calls_total');
  expect(lines).toEqual([expect.stringMatching(/ 3$/)]);
});

test('each worker has a memory of its own; the disk is shared, and the primary keeps its books', async () => {
  const { whole, worker } = openStage();
  worker(1);
  worker(2);
  await whole.fresh();
  const tiers = whole.sources.tiers.map((tier) => ({ name: tier.name, ...tier.usage() }));
  expect(tiers).toEqual([
    { name: 'memory', bytes: 20, maxBytes: 40, entries: 2 },
    { name: 'disk', bytes: 50, maxBytes: 100, entries: 5 },
  ]);
  expect(await sampled(whole, 'glance_edge_calls_under_way')).toEqual([
    'glance_edge_calls_under_way 6',
  ]);
});

test('what a worker has told stays when it dies, and its part of the gauges goes', async () => {
  const { whole, worker, state } = openStage();
  const [one, two] = [worker(1), worker(2)];
  one.call();
  two.call();
  await whole.fresh();
  two.line.die();
  [state.ready, state.died] = [1, 1];
  await whole.fresh();
  expect(await listed(whole)).toHaveLength(2);
  expect(await sampled(whole, 'glance_edge_calls_under_way')).toEqual([
    'glance_edge_calls_under_way 3',
  ]);
  expect(await sampled(whole, 'glance_edge_workers')).toEqual([
    'glance_edge_workers{state="up"} 1',
    'glance_edge_workers{state="silent"} 0',
    'glance_edge_workers{state="missing"} 1',
    'glance_edge_workers_died_total 1',
  ]);
  expect(whole.sources.ready()).toEqual({
    ready: false,
    reasons: ['1 of 2 workers are not up'],
  });

  const again = worker(2);
  [state.ready] = [2];
  again.call();
  await whole.fresh();
  expect(whole.sources.activity.totals().calls).toBe(3);
  expect(await sampled(whole, 'glance_edge_calls_total')).toEqual([expect.stringMatching(/ 3$/)]);
  expect(whole.sources.ready()).toEqual({ ready: true, reasons: [] });
});

test('a worker that ends in order loses nothing', async () => {
  const { whole, worker } = openStage();
  const one = worker(1);
  const heard: string[] = [];
  whole.sources.traces.watch(
    {},
    listening(({ traceId }) => heard.push(traceId)),
  );
  await whole.fresh();
  const id = one.call();
  await one.reporter.end();
  one.line.die();
  expect(heard).toEqual([id]);
  expect(whole.sources.activity.totals().calls).toBe(1);
  expect(await listed(whole)).toHaveLength(1);
});

test('a worker that hangs is waited for once, and said to be missing until it answers', async () => {
  const { whole, worker, timers } = openStage();
  const [one, two] = [worker(1), worker(2)];
  await whole.fresh();
  two.line.hang();
  one.call();
  two.call();
  const fresh = whole.fresh();
  await expect.poll(() => whole.sources.activity.totals().calls).toBe(1);
  timers.advance(1_000);
  await fresh;
  expect(whole.sources.ready()).toEqual({ ready: false, reasons: ['worker 2 does not answer'] });
  expect(await sampled(whole, 'glance_edge_workers{state="silent"}')).toEqual([
    'glance_edge_workers{state="silent"} 1',
  ]);

  one.call();
  await whole.fresh();
  expect(whole.sources.activity.totals().calls).toBe(2);

  two.line.resume();
  await expect.poll(() => whole.sources.activity.totals().calls).toBe(3);
  expect(whole.sources.ready().ready).toBe(true);
});

test('a worker that starts is not up, but not silent either', async () => {
  const { whole, worker, timers, state } = openStage();
  worker(1).line.hang();
  state.ready = 1;
  const fresh = whole.fresh();
  timers.advance(1_000);
  await fresh;
  expect(whole.sources.ready().reasons).toEqual(['1 of 2 workers are not up']);
});

test('a worker that nobody looks at is asked every second: it takes few counts along when it dies', async () => {
  const { whole, worker, timers } = openStage();
  worker(1).call();
  timers.advance(1_000);
  await expect.poll(() => whole.sources.activity.totals().calls).toBe(1);
});

test('more traces than one report holds come in several', async () => {
  const { whole, worker } = openStage(1_000);
  const one = worker(1);
  for (let count = 0; count < 600; count += 1) one.call();
  await whole.fresh();
  expect(await listed(whole)).toHaveLength(600);
});

test('whoever watches hears of the calls of all workers, and of how many were too many', async () => {
  const { whole, worker, timers } = openStage();
  const [one, two] = [worker(1), worker(2)];
  const heard: TraceSummary[] = [];
  let lost = 0;
  const unwatch = whole.sources.traces.watch(
    { region: 'RegionOne' },
    {
      ended: (call) => void heard.push(call),
      lost(calls) {
        lost += calls;
      },
    },
  );
  await whole.fresh();
  const ids = [one.call(), two.call()];
  one.call({ region: 'RegionTwo' });
  timers.advance(200);
  await expect.poll(() => heard.map(({ traceId }) => traceId).toSorted()).toEqual(ids.toSorted());

  for (let count = 0; count < 300; count += 1) one.call();
  await whole.fresh();
  expect([heard.length, lost]).toEqual([2 + 256, 44]);

  unwatch();
  one.call();
  await whole.fresh();
  expect(heard).toHaveLength(258);
});

test('the admin face asks the workers before it answers, and health checks wait for nobody', async () => {
  const { whole, worker, state } = openStage();
  const [one, two] = [worker(1), worker(2)];
  const admin = keepFresh(openAdmin(whole.sources), () => whole.fresh());
  const ask = (path: string) => admin.fetch(new Request(`http://admin${path}`));
  const id = one.call();
  expect(await (await ask(`/api/traces/${id}`)).json()).toMatchObject({ traceId: id });
  two.call();
  expect(await (await ask('/api/overview')).json()).toMatchObject({ totals: { calls: 2 } });
  one.call();
  expect(await (await ask('/metrics')).text()).toMatch(/^glance_edge_calls_total{.*} 3$/m);
  expect(await (await ask('/jaeger/api/services')).json()).toMatchObject({ total: 1 });

  two.line.hang();
  expect((await ask('/livez')).status).toBe(200);
  expect((await ask('/readyz')).status).toBe(200);
  state.draining = true;
  expect(await (await ask('/readyz')).json()).toEqual({ ready: false, reasons: ['draining'] });
});

async function listed({ sources }: WholeGateway): Promise<string[]> {
  return (await sources.traces.list({ limit: 10_000 })).map(({ traceId }) => traceId);
}

/** The lines of the metrics whose name begins so. */
async function sampled({ sources }: WholeGateway, prefix: string): Promise<string[]> {
  const { body } = await sources.metrics(null);
  return body.split('\n').filter((line) => line.startsWith(prefix));
}
