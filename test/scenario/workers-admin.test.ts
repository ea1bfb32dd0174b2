// The admin face of a gateway with two workers: it tells of the gateway, whichever worker did the work,
// and of what a worker had done also when that worker is gone.
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Overview } from '../../src/http/admin/activity-routes.ts';
import type { StoredTrace, TraceSummary } from '../../src/ports/trace-store.ts';
import { createGate } from '../support/gate.ts';
import { isDownload } from '../support/ledger.ts';
import { ask, type Reply, startAsking } from './stage/client.ts';
import { filePath, recordPath } from './stage/edge.ts';
import type { EdgeProcess } from './stage/edge-process.ts';
import { eventually, KIB, MIB, metric, settled } from './stage/scene.ts';
import { clientsOfTwo, workersOf } from './stage/worker-clients.ts';
import { openWorkersScene, TIMEOUT_MS } from './stage/workers-scene.ts';

vi.setConfig({ testTimeout: TIMEOUT_MS });

const SIZE = 2 * MIB + 17;
const CALLS = /^glance_edge_calls_total{.*region="RegionOne"/;
const DURATIONS = /^glance_edge_call_duration_seconds_count{.*region="RegionOne"/;

test('calls over both workers are in one list, one overview and one set of series', async () => {
  const { origin, edge } = await openWorkersScene();
  const image = await origin.seed({ size: 200 * KIB });
  const [one, other] = await clientsOfTwo(edge);
  const answers = [
    await one.ask(filePath(image)),
    await other.ask(recordPath(image)),
    await other.ask(recordPath(image)),
  ];
  const ids = answers.map(traceIdOf);

  const { traces } = await admin<{ traces: TraceSummary[] }>(edge, '/api/traces?region=RegionOne');
  expect(traces.map(({ traceId }) => traceId)).toEqual(ids.toReversed());
  for (const id of ids)
    expect((await admin<StoredTrace>(edge, `/api/traces/${id}`)).traceId).toBe(id);
  const { traces: found } = await admin<{ traces: TraceSummary[] }>(
    edge,
    `/api/traces?q=${String(answers[1]?.headers['x-openstack-request-id'])}`,
  );
  expect(found).toMatchObject([{ traceId: ids[1] }]);
  const jaeger = await admin<{ data: unknown[] }>(edge, `/jaeger/api/traces/${String(ids[0])}`);
  expect(jaeger.data).toHaveLength(1);

  expect(await metric(edge, CALLS)).toBe(3);
  expect(await metric(edge, DURATIONS)).toBe(3);
  const { body } = await ask(`${edge.admin}/metrics`, { token: null });
  const names = body.toString().match(/^# TYPE \S+/gm) ?? [];
  expect(names).toEqual([...new Set(names)]);

  const overview = await admin<Overview>(edge, '/api/overview');
  expect(overview.ready).toEqual({ ready: true, reasons: [] });
  expect(overview.images).toMatchObject([{ imageId: image.id, downloads: 1, fills: 1 }]);
  expect(overview.tiers.map(({ name }) => name)).toEqual(['memory', 'disk']);
  expect(overview.totals.fetchedBytes).toBe(image.data.length);
  expect(overview.regions[0]?.endpoints).toMatchObject([{ state: 'up', failures: 0 }]);
  const minutes = overview.minutes.reduce((calls, minute) => calls + minute.calls, 0);
  expect(minutes).toBe(overview.totals.calls);
});

test('an image that both workers want is one fill, fetched once, and its traces lead to each other', async () => {
  const { origin, edge } = await openWorkersScene();
  const image = await origin.seed({ size: SIZE });
  const gate = createGate();
  const trouble = { kind: 'stall', at: 100 * KIB, until: gate.opened } as const;
  const stall = origin.trouble({ on: isDownload, trouble });
  const [one, other] = await clientsOfTwo(edge);
  const first = one.startAsking(filePath(image));
  await stall.struck;
  const second = other.startAsking(filePath(image));
  const readers = async () => (await admin<Overview>(edge, '/api/overview')).fills;
  await eventually(async () => (await readers())[0]?.readers === 2);
  expect(await readers()).toMatchObject([{ imageId: image.id, kind: 'whole', size: SIZE }]);
  gate.open();
  const [leader, follower] = [await first.reply, await second.reply];
  await settled(edge);

  const overview = await admin<Overview>(edge, '/api/overview');
  expect(overview.images).toMatchObject([
    { downloads: 2, fills: 1, bytesSent: 2 * SIZE, fetchedBytes: SIZE },
  ]);
  expect(overview.totals.bytesSent).toBeGreaterThanOrEqual(2 * SIZE);
  expect(overview.totals.bytesSent).toBeLessThan(3 * SIZE);
  expect(await metric(edge, CALLS)).toBe(2);
  expect(await metric(edge, /^glance_edge_fills_total/)).toBe(1);

  const traceOf = (id: string) => admin<StoredTrace>(edge, `/api/traces/${id}`);
  const waited = await traceOf(traceIdOf(follower));
  const links = waited.tree.flatMap(({ links: all }) => all);
  const leads = await Promise.all(
    links.map(async ({ traceId, spanId }) => {
      return (await traceOf(traceId)).tree.some((span) => span.spanId === spanId);
    }),
  );
  expect(leads).toContain(true);
  expect(leads).not.toContain(false);
  expect(waited).toMatchObject({ status: 200, image: image.id, error: null });
  expect((await traceOf(traceIdOf(leader))).tree.map(({ name }) => name)).toContain('fill');
});

test('the live tail tells of the calls of both workers, each once', async () => {
  const { origin, edge } = await openWorkersScene();
  const image = await origin.seed({ size: 200 * KIB });
  const [one, other] = await clientsOfTwo(edge);
  const tail = startAsking(`${edge.admin}/api/traces/tail?region=RegionOne`, { token: null });
  await tail.received(1);
  const answers = [await one.ask(filePath(image)), await other.ask(filePath(image))];
  edge.signal('SIGTERM');
  const { body } = await tail.reply;
  const told = body.toString().match(/"traceId":"[0-9a-f]+"/g);
  const ids = answers.map((reply) => `"traceId":"${traceIdOf(reply)}"`);
  expect(told?.toSorted()).toEqual(ids.toSorted());
});

test('what a killed worker had counted stays, no counter goes back, and another one counts on', async () => {
  const { origin, edge } = await openWorkersScene();
  const image = await origin.seed({ size: 200 * KIB });
  const [one, other] = await clientsOfTwo(edge);
  const answers = [await one.ask(filePath(image)), await other.ask(filePath(image))];
  for (const client of [one, other]) await client.ask(recordPath(image));
  expect(await metric(edge, CALLS)).toBe(4);
  const before = await admin<Overview>(edge, '/api/overview');

  process.kill(one.pid, 'SIGKILL');
  await eventually(async () => (await ask(`${edge.admin}/readyz`, { token: null })).status === 503);
  expect(await metric(edge, CALLS)).toBe(4);
  expect(await metric(edge, /^glance_edge_workers_died_total /)).toBe(1);
  const ids = answers.map(traceIdOf);
  for (const id of ids)
    expect(await admin<StoredTrace>(edge, `/api/traces/${id}`)).toMatchObject({ traceId: id });

  await eventually(async () => {
    expect(await metric(edge, CALLS)).toBe(4);
    return (await ask(`${edge.admin}/readyz`, { token: null })).status === 200;
  });
  expect(await workersOf(edge)).not.toContain(one.pid);
  const [again, still] = await clientsOfTwo(edge);
  for (const client of [again, still]) await client.ask(recordPath(image));
  expect(await metric(edge, CALLS)).toBe(6);
  const after = await admin<Overview>(edge, '/api/overview');
  expect(after.startedAt).toBe(before.startedAt);
  expect(after.totals.imageBytes).toEqual(before.totals.imageBytes);
  expect(after.images).toMatchObject([{ downloads: 2 }]);
});

test('a worker that hangs holds up no answer, is said to, and is counted when it goes on', async () => {
  const { origin, edge } = await openWorkersScene();
  const image = await origin.seed({ size: 200 * KIB });
  const [one, other] = await clientsOfTwo(edge);
  for (const client of [one, other]) await client.ask(recordPath(image));
  expect(await metric(edge, CALLS)).toBe(2);

  // Stopped it could not even hear that its primary has gone.
  onTestFinished(() => void process.kill(one.pid, 'SIGCONT'));
  process.kill(one.pid, 'SIGSTOP');
  await other.ask(recordPath(image));
  expect(await metric(edge, CALLS)).toBe(3);
  expect(await metric(edge, /^glance_edge_workers{state="silent"}/)).toBe(1);
  const { ready, totals } = await admin<Overview>(edge, '/api/overview');
  expect(ready).toMatchObject({ ready: false, reasons: [expect.stringContaining('not answer')] });
  expect(totals.calls).toBeGreaterThanOrEqual(3);

  process.kill(one.pid, 'SIGCONT');
  await one.ask(recordPath(image));
  await eventually(async () => (await ask(`${edge.admin}/readyz`, { token: null })).status === 200);
  expect(await metric(edge, CALLS)).toBe(4);
});

test('while it drains the gateway says so, and what ends then is counted', async () => {
  const { origin, edge } = await openWorkersScene();
  const image = await origin.seed({ size: SIZE });
  const gate = createGate();
  const trouble = { kind: 'stall', at: 100 * KIB, until: gate.opened } as const;
  const stall = origin.trouble({ on: isDownload, trouble });
  const [one] = await clientsOfTwo(edge);
  const download = one.startAsking(filePath(image));
  await stall.struck;
  const tail = startAsking(`${edge.admin}/api/traces/tail?region=RegionOne`, { token: null });
  await tail.received(1);
  edge.signal('SIGTERM');
  await eventually(async () => (await ask(`${edge.admin}/readyz`, { token: null })).status === 503);
  const { ready } = await admin<Overview>(edge, '/api/overview');
  expect(ready).toEqual({ ready: false, reasons: ['draining'] });
  gate.open();
  const reply = await download.reply;
  const { body } = await tail.reply;
  expect(body.toString()).toContain(traceIdOf(reply));
  expect(await edge.exited).toBe(0);
});

function traceIdOf({ headers }: Reply): string {
  return String(headers['x-trace-id']);
}

async function admin<T>(edge: EdgeProcess, path: string): Promise<T> {
  const { body } = await ask(edge.admin + path, { token: null });
  return JSON.parse(body.toString()) as T;
}
