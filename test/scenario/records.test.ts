// Image records are kept for `metadata_ttl`, for the caller who was shown them, byte for byte, and
// until something is written to the image.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createGate } from '../support/gate.ts';
import { isAnyCall, isRecord } from '../support/ledger.ts';
import { OTHER, OWNER, READER } from '../support/trouble-origin.ts';
import { ask, cacheStatus, type Reply, startAsking } from './stage/client.ts';
import { filePath, recordPath } from './stage/edge.ts';
import { eventually, KIB, metric, openScene, type SceneOptions } from './stage/scene.ts';

const START = Date.UTC(2030, 0, 1);
const TTL: SceneOptions = { cache: { metadata_ttl: '10s' }, tiers: [] };

// Only the time of day: what waits for the network waits for it as ever.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: START }));
afterEach(() => void vi.useRealTimers());

test('a record is reused for its time, byte for byte, and then asked for again', async () => {
  const { origin, edge } = await openScene(TTL);
  const image = await origin.seed({
    size: 1,
    name: 'naïve — ünïcode',
    attributes: { odd: '  x ' },
  });
  const wanted = await ask(origin.url + recordPath(image));
  origin.ledger.clear();
  const url = edge.url + recordPath(image);
  const first = await ask(url);
  expect(cacheStatus(first)).toBe('glance-edge; fwd=uri-miss; stored');
  expect(first.headers.age).toBeUndefined();
  vi.setSystemTime(START + 9_999);
  const second = await ask(url);
  expect(cacheStatus(second)).toBe('glance-edge; hit; detail=memory');
  expect(second.headers.age).toBe('9');
  for (const reply of [first, second]) {
    expect(reply.body.equals(wanted.body)).toBe(true);
    expect(reply.headers['content-type']).toBe(wanted.headers['content-type']);
    expect(reply.headers['content-length']).toBe(wanted.headers['content-length']);
  }
  expect(origin.ledger.count(isRecord)).toBe(1);
  vi.setSystemTime(START + 10_000);
  expect(cacheStatus(await ask(url))).toMatch(/^glance-edge; fwd=(uri-miss|stale); stored$/);
  expect(origin.ledger.count(isRecord)).toBe(2);
});

test('a record is kept for one caller and one way to ask', async () => {
  const { origin, edge } = await openScene(TTL);
  const image = await origin.seed({ size: 1, attributes: { visibility: 'shared' } });
  const url = edge.url + recordPath(image);
  await ask(url);
  expect((await ask(url, { token: OTHER })).status).toBe(404);
  expect((await ask(url, { token: null })).status).toBe(401);
  expect((await ask(url, { headers: { 'X-Service-Token': 'unknown' } })).status).toBe(401);
  await ask(url, { token: READER });
  await ask(`${url}?odd=1`);
  expect(origin.ledger.count(isRecord)).toBe(6);
  await ask(url);
  await ask(url, { token: READER });
  expect(origin.ledger.count(isRecord)).toBe(6);
});

test('identical reads at the same time are one question', async () => {
  const { origin, edge } = await openScene({ tiers: [] });
  const image = await origin.seed({ size: 1 });
  const gate = createGate();
  const trouble = { kind: 'hold', what: 'answer', until: gate.opened } as const;
  const hold = origin.trouble({ on: isRecord, trouble });
  const readers = Array.from({ length: 8 }, () => startAsking(edge.url + recordPath(image)));
  await hold.struck;
  await eventually(async () => (await metric(edge, /^glance_edge_calls_under_way /)) === 8);
  gate.open();
  const all = await Promise.all(readers.map(({ reply }) => reply));
  expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]));
  expect(origin.ledger.count(isRecord)).toBe(1);
});

test.each([
  { 'Cache-Control': 'no-cache' },
  { 'Cache-Control': 'max-age=0' },
  { Pragma: 'no-cache' },
])('%j is answered by the origin', async (headers) => {
  const { origin, edge } = await openScene(TTL);
  const image = await origin.seed({ size: 1 });
  const url = edge.url + recordPath(image);
  await ask(url);
  expect(cacheStatus(await ask(url, { headers }))).toBe('glance-edge; fwd=request; stored');
  expect(origin.ledger.count(isRecord)).toBe(2);
  // What it was shown is what others are shown from now on.
  expect(cacheStatus(await ask(url))).toBe('glance-edge; hit; detail=memory');
});

test('no-store leaves nothing behind', async () => {
  const { origin, edge } = await openScene(TTL);
  const image = await origin.seed({ size: 1 });
  const url = edge.url + recordPath(image);
  await ask(url, { headers: { 'Cache-Control': 'no-store' } });
  expect(cacheStatus(await ask(url))).toBe('glance-edge; fwd=uri-miss; stored');
});

test('the record of an image without data is never kept', async () => {
  const { origin, edge } = await openScene(TTL);
  const created = await ask(`${edge.url}/v2/images`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"disk_format":"raw","container_format":"bare"}',
  });
  const image = JSON.parse(created.body.toString()) as { id: string };
  const url = edge.url + recordPath(image);
  for (let turn = 0; turn < 2; turn += 1) {
    const reply = await ask(url);
    expect(statusIn(reply)).toBe('queued');
    expect(cacheStatus(reply)).toBe('glance-edge; fwd=uri-miss');
  }
  const octets = { 'Content-Type': 'application/octet-stream' };
  // Behind the gateway: it can't know, and must not have kept anything.
  const data = { method: 'PUT', headers: octets, body: 'data' };
  expect((await ask(origin.url + filePath(image), data)).status).toBe(204);
  expect(statusIn(await ask(url))).toBe('active');
});

const JSON_TYPE = { 'Content-Type': 'application/json' };
const PATCH_TYPE = { 'Content-Type': 'application/openstack-images-v2.1-json-patch' };

const WRITES: readonly (readonly [name: string, below: string, Parameters<typeof ask>[1]])[] = [
  ['PATCH', '', { method: 'PATCH', headers: PATCH_TYPE, body: '[]' }],
  ['PUT of its data', '/file', { method: 'PUT', body: 'x' }],
  ['new member', '/members', { method: 'POST', headers: JSON_TYPE, body: '{"member":"m"}' }],
  ['member update', '/members/m', { method: 'PUT', headers: JSON_TYPE, body: '{}' }],
  ['new tag', '/tags/t', { method: 'PUT' }],
  ['tag removal', '/tags/t', { method: 'DELETE' }],
  ['deactivation', '/actions/deactivate', { method: 'POST' }],
  ['import', '/import', { method: 'POST', headers: JSON_TYPE, body: '{}' }],
  ['DELETE', '', { method: 'DELETE' }],
];

describe('a write through the gateway ends what is kept of the image', () => {
  test.each(WRITES)('%s', async (_, below, asked) => {
    const { origin, edge } = await openScene(TTL);
    const image = await origin.seed({ size: 1, attributes: { visibility: 'shared' } });
    const url = edge.url + recordPath(image);
    await ask(url);
    await ask(url, { token: READER });
    await ask(`${edge.url}/regions/RegionOne${recordPath(image)}${below}`, asked);
    origin.ledger.clear();
    await ask(url);
    await ask(url, { token: READER });
    expect(origin.ledger.count(isRecord)).toBe(2);
  });

  test.each(['memory', 'disk'])(
    'also with a read in flight across the write (%s)',
    async (kind) => {
      const { origin, edge } = await openScene({ ...TTL, tiers: kind === 'disk' ? ['disk'] : [] });
      const image = await origin.seed({ size: 1 });
      const url = edge.url + recordPath(image);
      const gate = createGate();
      const trouble = { kind: 'hold', what: 'answer', until: gate.opened } as const;
      const hold = origin.trouble({ on: isRecord, trouble, times: 1 });
      const before = startAsking(url);
      await hold.struck;
      const body = '[{"op":"add","path":"/colour","value":"red"}]';
      const patch = { method: 'PATCH', headers: PATCH_TYPE, body };
      expect((await ask(url, patch)).status).toBe(200);
      // Asked after the write: the answer from before it is not for this one.
      expect((await ask(url)).body.toString()).toContain('"colour": "red"');
      gate.open();
      expect((await before.reply).body.toString()).not.toContain('"colour"');
      expect((await ask(url)).body.toString()).toContain('"colour": "red"');
    },
  );

  test('also with a read that begins while the write is under way', async () => {
    const { origin, edge } = await openScene(TTL);
    const image = await origin.seed({ size: 1 });
    const url = edge.url + recordPath(image);
    const gate = createGate();
    const trouble = { kind: 'hold', what: 'request', until: gate.opened } as const;
    const hold = origin.trouble({ on: ({ method }) => method === 'PATCH', trouble });
    const body = '[{"op":"add","path":"/colour","value":"red"}]';
    const write = startAsking(url, { method: 'PATCH', headers: PATCH_TYPE, body });
    await hold.struck;
    expect((await ask(url)).body.toString()).not.toContain('"colour"');
    gate.open();
    expect((await write.reply).status).toBe(200);
    expect((await ask(url)).body.toString()).toContain('"colour": "red"');
  });

  test('also when the write is broken off without an answer', async () => {
    const { origin, edge } = await openScene(TTL);
    const image = await origin.seed({ size: 1 });
    const url = edge.url + recordPath(image);
    await ask(url);
    const trouble = { kind: 'cut', at: 0, how: 'reset' } as const;
    origin.trouble({ on: ({ method }) => method === 'DELETE', trouble });
    await ask(url, { method: 'DELETE' });
    expect((await ask(url)).status).toBe(404);
  });
});

describe('while the origin is away', () => {
  const STALE: SceneOptions = { cache: { metadata_ttl: '10s', stale_if_error: '1m' }, tiers: [] };

  test('a record that is too old is shown for so long, and says so', async () => {
    const { origin, edge } = await openScene(STALE);
    const image = await origin.seed({ size: 1 });
    const url = edge.url + recordPath(image);
    const first = await ask(url);
    await origin.refuse();
    vi.setSystemTime(START + 15_000);
    const stale = await ask(url);
    expect(stale.status).toBe(200);
    expect(stale.body.equals(first.body)).toBe(true);
    expect(cacheStatus(stale)).toBe('glance-edge; hit; ttl=-5; detail=memory');
    expect(stale.headers.age).toBe('15');
    vi.setSystemTime(START + 70_000);
    expect((await ask(url)).status).toBe(503);
    await origin.accept();
    expect((await ask(url)).status).toBe(200);
  });

  test('a record that is too old stands in for an error of the origin, not for a refusal', async () => {
    const { origin, edge } = await openScene(STALE);
    const image = await origin.seed({ size: 1 });
    const url = edge.url + recordPath(image);
    await ask(url);
    vi.setSystemTime(START + 15_000);
    const trouble = { kind: 'answer', status: 500 } as const;
    const failing = origin.trouble({ on: isAnyCall, trouble });
    expect((await ask(url)).status).toBe(200);
    failing.end();
    delete origin.tokens[OWNER];
    expect((await ask(url)).status).toBe(401);
  });

  test('without stale_if_error the truth is told', async () => {
    const { origin, edge } = await openScene(TTL);
    const image = await origin.seed({ size: KIB });
    await ask(edge.url + recordPath(image));
    await origin.refuse();
    expect((await ask(edge.url + recordPath(image))).status).toBe(200);
    vi.setSystemTime(START + 10_000);
    const reply = await ask(edge.url + recordPath(image));
    expect(reply.status).toBe(503);
    expect(reply.headers['retry-after']).toBeDefined();
  });
});

const statusIn = ({ body }: Reply): unknown =>
  (JSON.parse(body.toString()) as { status: unknown }).status;
