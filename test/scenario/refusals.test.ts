// What the gateway itself refuses, how it says so, and that it opens no connection for it.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createGate } from '../support/gate.ts';
import { isAnyCall, isRecord } from '../support/ledger.ts';
import { ask, startAsking } from './stage/client.ts';
import { filePath, recordPath } from './stage/edge.ts';
import { openRawClient } from './stage/raw-client.ts';
import { eventually, metric, openScene } from './stage/scene.ts';

const ID = '11111111-2222-4333-8444-555555555555';

test.each([
  ['text/html', 'text/html', /^<html>/],
  ['application/json', 'application/json', /^\{"message": ?".*origin-unreachable/],
  ['text/plain', 'text/plain', /^503 Service Unavailable/],
] as const)('an origin that is away is 503 as %s', async (accept, type, body) => {
  const { origin, edge } = await openScene();
  const image = await origin.seed({ size: 1 });
  await origin.refuse();
  for (const path of [filePath(image), recordPath(image), '/v2/images', '/v2/schemas/image', '/']) {
    const reply = await ask(edge.url + path, { headers: { Accept: accept } });
    expect(reply, path).toMatchObject({ status: 503, complete: true });
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
    expect(reply.headers['content-type']).toContain(type);
    expect(reply.body.toString()).toMatch(body);
    expect(reply.headers['x-trace-id']).toMatch(/^[0-9a-f]{32}$/);
  }
  const upload = await ask(edge.url + filePath(image), { method: 'PUT', body: 'data' });
  expect(upload.status).toBe(503);
});

test('an origin that does not answer is 503 after the wait for it', async () => {
  const { origin, edge } = await openScene({ timeouts: { answer: '150ms' } });
  const image = await origin.seed({ size: 1 });
  const hold = { kind: 'hold', what: 'request', until: createGate().opened } as const;
  origin.trouble({ on: isAnyCall, trouble: hold });
  for (const path of [filePath(image), recordPath(image), '/v2/images', '/v2/schemas/image']) {
    expect((await ask(edge.url + path)).status, path).toBe(503);
  }
});

test('calls over limits.calls are refused by that name, and the others go on', async () => {
  const { origin, edge } = await openScene({ limits: { calls: 2 } });
  const image = await origin.seed({ size: 1 });
  const gate = createGate();
  const hold = { kind: 'hold', what: 'request', until: gate.opened } as const;
  origin.trouble({ on: isRecord, trouble: hold });
  const running = [1, 2].map((at) => startAsking(`${edge.url}${recordPath(image)}?at=${at}`));
  await eventually(async () => (await metric(edge, /^glance_edge_calls_under_way /)) === 2);
  const refused = await ask(edge.url + recordPath(image));
  expect(refused.status).toBe(503);
  expect(refused.body.toString()).toContain('limits.calls');
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  gate.open();
  for (const { reply } of running) expect((await reply).status).toBe(200);
  expect((await ask(edge.url + recordPath(image))).status).toBe(200);
});

test('a connection over limits.client_connections is closed, and the others go on', async () => {
  const { edge } = await openScene({ limits: { client_connections: 2 } });
  const [first, second] = [openRawClient(edge.url), openRawClient(edge.url)];
  await Promise.all([first, second].map((client) => client.say('')));
  const third = openRawClient(edge.url);
  expect(await third.ended).toBe('');
  await first.say('GET /v2/images HTTP/1.1\r\nHost: edge\r\nConnection: close\r\n\r\n');
  expect(await first.ended).toMatch(/^HTTP\/1.1 401 /);
  // There is room again.
  expect((await ask(`${edge.url}/v2/images`, { token: 'nobody' })).status).toBe(401);
});

test('headers over limits.header_size are 431', async () => {
  const { origin, edge } = await openScene({ limits: { header_size: '8KiB' } });
  const reply = await ask(`${edge.url}/v2/images`, { token: 'x'.repeat(9000) });
  expect(reply.status).toBe(431);
  expect(reply.complete).toBe(true);
  expect((await ask(`${edge.url}/v2/images`, { token: 'x'.repeat(7000) })).status).toBe(401);
  expect(origin.ledger.calls.length).toBe(1);
});

test('what is not HTTP is told so, once', async () => {
  const { origin, edge } = await openScene();
  const client = openRawClient(edge.url);
  await client.say('GET / SPDY/9\r\n\r\n');
  expect(await client.ended).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/);
  expect(origin.ledger.calls).toEqual([]);
});

test.each([
  'Content-Length: 4\r\n\r\nbody',
  'Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n',
])('a GET with a body is 400 (%j)', async (rest) => {
  const { origin, edge } = await openScene();
  const image = await origin.seed({ size: 1 });
  const client = openRawClient(edge.url);
  const head = `GET ${filePath(image)} HTTP/1.1\r\nHost: x\r\nX-Auth-Token: token-of-owner\r\n`;
  await client.say(head + rest);
  expect(await client.hears(/\r\n\r\n/)).toMatch(/^HTTP\/1.1 400 /);
  client.leave();
});

test('HEAD is 405, as Glance says, and brings no body', async () => {
  const { origin, edge } = await openScene();
  const image = await origin.seed({ size: 1000 });
  for (const path of [filePath(image), recordPath(image), '/v2/images']) {
    const reply = await ask(edge.url + path, { method: 'HEAD' });
    expect(reply, path).toMatchObject({ status: 405, complete: true });
    expect(reply.body.length).toBe(0);
  }
});

test.each([
  ['/regions/Nowhere/v2/images', 404],
  ['/regions', 404],
  ['/regions//v2/images', 404],
  ['/v2/images/not-a-uuid', 404],
  ['/v2/images/not-a-uuid/file', 404],
  [`/v2/images/%zz${ID}`, 400],
  ['/v2/../v2/images', 400],
  ['/v2/%2e%2e/images', 400],
  [`/v2/images/${encodeURIComponent('http://127.0.0.1:1/v2/images/nothing')}`, 400],
  [`/v2/images/${encodeURIComponent(`ftp://127.0.0.1/v2/images/${ID}`)}`, 404],
  [`/v2/images/${encodeURIComponent(`http://user:secret@127.0.0.1/v2/images/${ID}`)}`, 400],
] as const)('%s is %i', async (path, status) => {
  const { origin, edge } = await openScene();
  const reply = await ask(edge.url + path);
  expect(reply.status).toBe(status);
  expect(reply.headers['x-trace-id']).toMatch(/^[0-9a-f]{32}$/);
  expect(reply.body.toString()).not.toContain('secret');
  expect(origin.ledger.calls).toEqual([]);
});

test('an endpoint that is not configured is never connected to', async () => {
  const { edge } = await openScene();
  let connections = 0;
  const stranger = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  stranger.listen(0, '127.0.0.1');
  await once(stranger, 'listening');
  onTestFinished(() => void stranger.close());
  const { port }: { port: number } = Object(stranger.address());
  const uris = ['http', 'https'].flatMap((scheme) =>
    ['127.0.0.1', 'localhost', '[::1]'].map(
      (host) => `${scheme}://${host}:${port}/v2/images/${ID}`,
    ),
  );
  for (const uri of uris) {
    const named = encodeURIComponent(uri);
    for (const path of [`/v2/images/${named}`, `/v2/images/${named}/file`]) {
      expect((await ask(edge.url + path)).status, path).toBe(400);
    }
    expect((await ask(`${edge.url}/v2/images/${named}`, { method: 'DELETE' })).status).toBe(400);
    // Not by the name of the host that is asked for either.
    const headers = { Host: new URL(uri).host };
    expect((await ask(`${edge.url}/v2/images/${ID}`, { headers })).status).toBe(404);
  }
  expect(connections).toBe(0);
});
