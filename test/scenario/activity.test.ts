// The overview's numbers against the truth: what the clients got, and what the origin's own ledger
// says that it sent.
import { expect, test } from 'vitest';
import type { Overview } from '../../src/http/admin/activity-routes.ts';
import type { ImageActivity } from '../../src/ports/activity.ts';
import type { TraceSummary } from '../../src/ports/trace-store.ts';
import { isDownload } from '../support/ledger.ts';
import { ask, startAsking } from './stage/client.ts';
import { type Edge, filePath, recordPath } from './stage/edge.ts';
import { eventually, MIB, openEdgeOf, openOrigin, openScene, settled } from './stage/scene.ts';

test('bytes over the WAN are those that the origin sent, whoever wanted them', async () => {
  const { origin, edge } = await openScene();
  const cached = await origin.seed({ size: 3 * MIB + 1 });
  // Without its record it can't be cached: it is relayed each time.
  const relayed = await origin.seed({ size: MIB + 7, name: 'relayed' });
  origin.trouble({
    on: ({ target }) => target === recordPath(relayed),
    trouble: { kind: 'answer', status: 404 },
  });

  const herd = [1, 2, 3].map(() => startAsking(edge.url + filePath(cached)));
  await Promise.all(herd.map(({ reply }) => reply));
  await settled(edge);
  await ask(edge.url + filePath(cached), { headers: { Range: 'bytes=10-19' } });
  await ask(edge.url + filePath(relayed));
  await ask(edge.url + filePath(relayed));
  await origin.ledger.idle();

  const overview = await overviewOf(edge, 6);
  const { totals, images } = overview;
  expect(totals.fetchedBytes).toBe(origin.ledger.imageBytes());
  expect(totals.fetchedBytes).toBe(cached.data.length + 2 * relayed.data.length);
  expect(sum(totals.imageBytes)).toBe(3 * cached.data.length + 10 + 2 * relayed.data.length);
  expect(totals).toMatchObject({ calls: 6, errors: 0, hits: 1, misses: 3, bypasses: 2 });

  const ofMinutes = overview.minutes.reduce((bytes, minute) => bytes + minute.fetchedBytes, 0);
  expect(ofMinutes).toBe(totals.fetchedBytes);
  expect(images.map(({ imageId }) => imageId)).toEqual([cached.id, relayed.id]);
  expect(images[0]).toMatchObject({
    downloads: 4,
    fills: 1,
    failedFills: 0,
    fetchedBytes: cached.data.length,
  });
  expect(images[1]).toMatchObject({
    downloads: 2,
    fills: 0,
    fetchedBytes: 2 * relayed.data.length,
    imageBytes: { memory: 0, disk: 0, redis: 0, origin: 2 * relayed.data.length },
  });
});

test('an image has a history with its calls', async () => {
  const { origin, edge } = await openScene();
  const image = await origin.seed({ size: MIB });
  await ask(edge.url + filePath(image));
  await overviewOf(edge, 1);
  const history = await admin<{ images: ImageActivity[]; traces: TraceSummary[] }>(
    edge,
    `/api/images/${image.id}`,
  );
  expect(history.images).toMatchObject([{ region: 'RegionOne', downloads: 1, bytesSent: MIB }]);
  expect(history.traces).toMatchObject([{ image: image.id, status: 200 }]);
});

test('a fill under way shows how far it is, and in which trace', async () => {
  const { origin, edge } = await openScene();
  const image = await origin.seed({ size: 2 * MIB });
  const { promise: until, resolve: goOn } = Promise.withResolvers<void>();
  origin.trouble({ on: isDownload, trouble: { kind: 'hold', what: 'answer', until } });
  const transfer = startAsking(edge.url + filePath(image));
  await eventually(async () => (await admin<Overview>(edge, '/api/overview')).fills.length > 0);
  const { fills } = await admin<Overview>(edge, '/api/overview');
  expect(fills).toMatchObject([
    { region: 'RegionOne', imageId: image.id, kind: 'whole', size: 2 * MIB, readers: 1 },
  ]);
  goOn();
  const { headers } = await transfer.reply;
  expect(headers['x-trace-id']).toBe(fills[0]?.traceId);
  await settled(edge);
  expect((await admin<Overview>(edge, '/api/overview')).fills).toEqual([]);
});

test('an endpoint that refuses is failing, the one that stands in for it is up', async () => {
  const dead = await openOrigin();
  await dead.refuse();
  const alive = await openOrigin({ region: 'RegionTwo' });
  const edge = await openEdgeOf({ regions: { RegionOne: dead, RegionTwo: alive } });
  await ask(`${edge.url}/v2/images`);
  await ask(`${edge.url}/regions/RegionTwo/v2/images`);
  const { regions } = await overviewOf(edge, 2);
  expect(regions).toMatchObject([
    {
      name: 'RegionOne',
      isDefault: true,
      endpoints: [{ url: dead.url, state: 'failing', lastFailure: { code: 'origin-unreachable' } }],
    },
    {
      name: 'RegionTwo',
      isDefault: false,
      endpoints: [{ url: alive.url, state: 'up', answers: 1, failures: 0 }],
    },
  ]);
});

test('the live tail tells of a call over a real connection, and ends with the gateway', async () => {
  const { edge } = await openScene();
  const tail = startAsking(`${edge.admin}/api/traces/tail?status=404`, { token: null });
  await tail.received(1);
  const { headers } = await ask(`${edge.url}/regions/Nowhere/v2/images`);
  await tail.received(': listening\n\nevent: trace\n'.length + 1);
  await edge.stop();
  const { body } = await tail.reply;
  const [, data = ''] = /^event: trace\ndata: (.*)$/m.exec(body.toString()) ?? [];
  expect(JSON.parse(data)).toMatchObject({ traceId: headers['x-trace-id'], status: 404 });
});

test('a listener that drops its connection makes room for another', async () => {
  const { edge } = await openScene();
  const url = `${edge.admin}/api/traces/tail`;
  const listeners = Array.from({ length: 16 }, () => startAsking(url, { token: null }));
  await Promise.all(listeners.map((listener) => listener.received(1)));
  expect((await ask(url, { token: null })).status).toBe(503);
  listeners[0]?.leave();
  await eventually(async () => {
    const next = startAsking(url, { token: null });
    await next.received(1);
    next.leave();
    return (await next.reply).status === 200;
  });
  for (const listener of listeners) listener.leave();
});

const sum = (bytes: Readonly<Record<string, number>>): number =>
  Object.values(bytes).reduce((total, part) => total + part, 0);

/** The overview, once that many calls have ended: a client has its last byte a moment before. */
async function overviewOf(edge: Edge, calls: number): Promise<Overview> {
  const read = () => admin<Overview>(edge, '/api/overview');
  await eventually(async () => (await read()).totals.calls === calls);
  return read();
}

async function admin<T>(edge: Edge, path: string): Promise<T> {
  const { body } = await ask(edge.admin + path, { token: null });
  return JSON.parse(body.toString()) as T;
}
