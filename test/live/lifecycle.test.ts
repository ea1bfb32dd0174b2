// What an image goes through while its data lies in the cache, and what becomes of tokens that end.
import { beforeAll, expect, test, vi } from 'vitest';
import { type Edge, startEdge } from './edge.ts';
import { exchange } from './exchange.ts';
import { labToken, makeImage, makeRecord, must } from './lab.ts';

let edge: Edge;
let [admin, demo] = ['', ''];

beforeAll(async () => {
  edge = await startEdge();
  [admin, demo] = await Promise.all([labToken('admin'), labToken('demo')]);
  return edge.stop;
});

const as = (token: string) => ({ headers: { 'X-Auth-Token': token } });

test('a deactivated image answers 403 to its owner at once, 200 to an admin, and works again after', async () => {
  const image = await makeImage(edge.one.glance, demo);
  const file = `${edge.url}/v2/images/${image.id}/file`;
  const actions = `${edge.one.glance}/v2/images/${image.id}/actions`;
  const status = async (token: string) => (await exchange(file, as(token))).status;
  expect(await status(demo)).toBe(200);
  await must(204, `${actions}/deactivate`, admin, { method: 'POST' });
  expect([await status(demo), await status(admin)]).toEqual([403, 200]);
  await must(204, `${actions}/reactivate`, admin, { method: 'POST' });
  const again = await exchange(file, as(demo));
  expect(again.status).toBe(200);
  expect(again.body.equals(image.data)).toBe(true);
});

test('an image that is deleted through the gateway is gone at once', async () => {
  const image = await makeImage(edge.one.glance, demo);
  const url = `${edge.url}/v2/images/${image.id}`;
  expect((await exchange(`${url}/file`, as(demo))).status).toBe(200);
  expect((await exchange(url, as(demo))).status).toBe(200);
  await must(204, url, demo, { method: 'DELETE' });
  expect((await exchange(url, as(demo))).status).toBe(404);
  expect((await exchange(`${url}/file`, as(demo))).status).toBe(404);
});

test("the data of an image that is deleted behind the gateway's back is gone at once", async () => {
  const image = await makeImage(edge.one.glance, demo);
  const path = `/v2/images/${image.id}`;
  expect((await exchange(`${edge.url}${path}/file`, as(demo))).status).toBe(200);
  await must(204, edge.one.glance + path, demo, { method: 'DELETE' });
  expect((await exchange(`${edge.url}${path}/file`, as(demo))).status).toBe(404);
});

test('a change made through the gateway is seen by the next read', async () => {
  const image = await makeImage(edge.one.glance, demo);
  const url = `${edge.url}/v2/images/${image.id}`;
  for (const colour of ['red', 'blue']) {
    expect((await exchange(url, as(demo))).status).toBe(200);
    await must(200, url, demo, {
      method: 'PATCH',
      headers: { 'Content-Type': 'application/openstack-images-v2.1-json-patch' },
      body: JSON.stringify([{ op: 'add', path: '/colour', value: colour }]),
    });
    expect(await must(200, url, demo)).toMatchObject({ colour });
  }
});

test('a revoked token, an expired one and none at all are refused as Glance refuses them, though the image is cached', async () => {
  const image = await makeImage(edge.one.glance, demo);
  const path = `/v2/images/${image.id}`;
  const revoked = await labToken('demo');
  expect((await exchange(`${edge.url}${path}/file`, as(revoked))).status).toBe(200);
  await labToken('--revoke', revoked);
  const expired = await labToken('demo', '--ends-in', '-5');
  for (const headers of [as(revoked).headers, as(expired).headers, as('nonsense').headers, {}]) {
    const [through, direct] = [
      await exchange(`${edge.url}${path}/file`, { headers }),
      await exchange(`${edge.one.glance}${path}/file`, { headers }),
    ];
    expect(direct.status).toBe(401);
    expect(through.status).toBe(401);
    expect(through.headers['www-authenticate']).toBe(direct.headers['www-authenticate']);
    expect(through.text()).toBe(direct.text());
  }
});

test('a queued image has no data yet: 204, until it is uploaded', async () => {
  const id = await makeRecord(edge.one.glance, demo);
  const url = `${edge.url}/v2/images/${id}`;
  const empty = await exchange(`${url}/file`, as(demo));
  expect([empty.status, empty.body.length]).toEqual([204, 0]);
  expect(await must(200, url, demo)).toMatchObject({ status: 'queued' });
  await must(204, `${url}/file`, demo, { ...UPLOAD, body: Buffer.from('some data') });
  expect(await must(200, url, demo)).toMatchObject({ status: 'active', size: 9 });
  expect((await exchange(`${url}/file`, as(demo))).text()).toBe('some data');
});

const UPLOAD = { method: 'PUT', headers: { 'Content-Type': 'application/octet-stream' } } as const;

async function* pieces(count: number, size: number, last?: () => Promise<void>) {
  for (let at = 0; at < count; at += 1) yield Buffer.alloc(size, at);
  await last?.();
}

test('an upload in pieces arrives whole', async () => {
  const id = await makeRecord(edge.one.glance, demo);
  const url = `${edge.url}/v2/images/${id}`;
  await must(204, `${url}/file`, demo, { ...UPLOAD, body: pieces(40, 1 << 20) });
  expect(await must(200, url, demo)).toMatchObject({ status: 'active', size: 40 << 20 });
  const data = await exchange(`${url}/file`, as(demo));
  expect(data.body.length).toBe(40 << 20);
  expect(data.body[20 << 20]).toBe(20);
});

test('an empty upload makes an empty image', async () => {
  const id = await makeRecord(edge.one.glance, demo);
  const url = `${edge.url}/v2/images/${id}`;
  await must(204, `${url}/file`, demo, { ...UPLOAD, body: Buffer.alloc(0) });
  const data = await exchange(`${url}/file`, as(demo));
  expect([data.status, data.headers['content-length']]).toEqual([200, '0']);
});

test('an upload that asks to go on is told to', async () => {
  const id = await makeRecord(edge.one.glance, demo);
  const url = `${edge.url}/v2/images/${id}`;
  const headers = { ...UPLOAD.headers, Expect: '100-continue' };
  await must(204, `${url}/file`, demo, { ...UPLOAD, headers, body: Buffer.from('wait') });
  expect((await exchange(`${url}/file`, as(demo))).text()).toBe('wait');
});

test.each([
  ['in pieces', {}],
  ['with a length', { 'Content-Length': String(64 << 20) }],
])('an upload %s that the client drops never becomes an image', async (_, length) => {
  const id = await makeRecord(edge.one.glance, demo);
  const record = `${edge.one.glance}/v2/images/${id}`;
  const dropped = async (): Promise<void> => {
    // Not before Glance has begun to take it: otherwise there would be nothing to be dropped.
    await vi.waitFor(async () => {
      expect(await must(200, record, demo)).toMatchObject({ status: 'saving' });
    }, SOON);
    throw new Error('dropped');
  };
  const upload = exchange(`${edge.url}/v2/images/${id}/file`, {
    method: 'PUT',
    headers: { ...as(demo).headers, ...UPLOAD.headers, ...length },
    body: pieces(8, 1 << 20, dropped),
  });
  await expect(upload).rejects.toThrow('dropped');
  await vi.waitFor(async () => {
    expect(await must(200, record, demo)).toMatchObject({ status: 'queued', size: null });
  }, SOON);
  expect((await exchange(`${edge.url}/v2/images/${id}/file`, as(demo))).status).toBe(204);
});

const SOON = { timeout: 30_000, interval: 200 };
