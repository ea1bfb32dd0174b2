// Many clients, one fetch: what crosses the WAN, and what is known of it afterwards.
import { beforeAll, expect, test } from 'vitest';
import { type Edge, startEdge } from './edge.ts';
import { exchange } from './exchange.ts';
import { labToken, makeImage } from './lab.ts';

const SIZE = (33 << 20) + 5;

let edge: Edge;
let token: string;

beforeAll(async () => {
  edge = await startEdge();
  token = await labToken('demo');
  return edge.stop;
});

const as = (user: string) => ({ headers: { 'X-Auth-Token': user } });

test('ten clients at once cost one download from Glance', async () => {
  const image = await makeImage(edge.two.glance, token, { size: SIZE });
  const before = edge.two.ledger.lines.length;
  const url = `${edge.two.edge}/v2/images/${image.id}/file`;
  const all = await Promise.all(Array.from({ length: 10 }, () => exchange(url, as(token))));
  for (const { body } of all) expect(body.equals(image.data)).toBe(true);
  expect(edge.two.ledger.imageBytes(before)).toBe(SIZE);
});

test('what lies on disk serves after a restart, and Glance is asked for the right to it alone', async () => {
  const image = await makeImage(edge.one.glance, token, { size: SIZE });
  const url = `${edge.url}/v2/images/${image.id}/file`;
  expect((await exchange(url, as(token))).body.equals(image.data)).toBe(true);
  await edge.restart();
  const before = edge.one.ledger.lines.length;
  const again = await exchange(url, as(token));
  expect(again.body.equals(image.data)).toBe(true);
  expect(again.headers['cache-status']).toBe('glance-edge; hit; detail=disk');
  expect(edge.one.ledger.imageBytes(before)).toBe(0);
  expect((await exchange(url, as(await labToken('other')))).status).toBe(404);
});

test('each answer names its trace, which the admin face can tell', async () => {
  const image = await makeImage(edge.one.glance, token);
  for (const [path, user] of [
    [`/v2/images/${image.id}/file`, token],
    [`/v2/images/${image.id}`, token],
    ['/v2/schemas/image', token],
    ['/v2/images', 'nonsense'],
    ['/v2/images/not-an-id', token],
  ] as const) {
    const trace = '0af7651916cd43dd8448eb211c80319c';
    const plain = await exchange(edge.url + path, as(user));
    expect(plain.headers['x-trace-id'], path).toMatch(/^[0-9a-f]{32}$/);
    const told = await exchange(`${edge.admin}/api/traces/${plain.headers['x-trace-id']}`);
    expect(told.status, path).toBe(200);
    const continued = await exchange(edge.url + path, {
      headers: { ...as(user).headers, traceparent: `00-${trace}-b7ad6b7169203331-01` },
    });
    expect(continued.headers['x-trace-id']).toBe(trace);
  }
});

test('no token is ever told: not in the log, not in traces, not in metrics', async () => {
  const image = await makeImage(edge.one.glance, token);
  const secrets = [token, await labToken('other'), 'nonsense-token-of-nobody'];
  for (const secret of secrets) {
    await exchange(`${edge.url}/v2/images/${image.id}/file`, as(secret));
    await exchange(`${edge.url}/v2/images?limit=1`, {
      headers: { ...as(secret).headers, 'X-Service-Token': secret },
    });
  }
  const traces = await exchange(`${edge.admin}/api/traces?limit=1000`);
  const { headers } = await exchange(`${edge.url}/v2/images/${image.id}/file`, as(token));
  const trace = await exchange(`${edge.admin}/api/traces/${headers['x-trace-id']}`);
  const metrics = await exchange(`${edge.admin}/metrics`);
  const told = [edge.log(), traces.text(), trace.text(), metrics.text()];
  for (const text of told) {
    expect(text.length).toBeGreaterThan(0);
    for (const secret of secrets) expect(text.includes(secret)).toBe(false);
  }
});
