// What is not cached passes as it is, but for the few links that would lead clients around the
// gateway, and the manners of a connection.
import { expect, test } from 'vitest';
import { isAnyCall } from '../support/ledger.ts';
import { ask } from './stage/client.ts';
import { filePath, recordPath } from './stage/edge.ts';
import { openRawClient } from './stage/raw-client.ts';
import { openEdgeOf, openOrigin, openScene } from './stage/scene.ts';

test.each(['/', '/versions'])('the links of %s lead to the gateway', async (path) => {
  const [one, two] = [await openOrigin(), await openOrigin({ region: 'RegionTwo' })];
  const edge = await openEdgeOf({ regions: { RegionOne: one, RegionTwo: two } });
  for (const base of [edge.url, `${edge.url}/regions/RegionTwo`]) {
    const reply = await ask(base + path, { token: null });
    const wanted = await ask(one.url + path, { token: null });
    expect(reply.status).toBe(wanted.status);
    expect(reply.body.toString()).toBe(wanted.body.toString().replaceAll(one.url, base));
    expect(reply.headers['content-length']).toBe(String(reply.body.length));
  }
});

test('with a public_url the links are built from that', async () => {
  const origin = await openOrigin();
  const edge = await openEdgeOf({
    regions: { RegionOne: origin },
    rest: { public_url: 'https://images.example' },
  });
  const { body } = await ask(`${edge.url}/versions`, { token: null });
  expect(body.toString()).toContain('https://images.example/v2/');
  expect(body.toString()).not.toContain(origin.url);
});

test('the Location of a new image leads to the gateway, in the region it was asked of', async () => {
  const [one, two] = [await openOrigin(), await openOrigin({ region: 'RegionTwo' })];
  const edge = await openEdgeOf({ regions: { RegionOne: one, RegionTwo: two } });
  for (const base of [edge.url, `${edge.url}/regions/RegionTwo`]) {
    const reply = await ask(`${base}/v2/images`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{"name":"new"}',
    });
    expect(reply.status).toBe(201);
    const { id } = JSON.parse(reply.body.toString()) as { id: string };
    expect(reply.headers.location).toBe(`${base}/v2/images/${id}`);
    expect(reply.headers['openstack-image-store-ids']).toBeDefined();
    expect((await ask(String(reply.headers.location))).status).toBe(200);
  }
});

test.each([301, 302, 303, 307, 308])(
  'a redirect (%i) is passed on, not followed',
  async (status) => {
    const { origin, edge } = await openScene();
    const elsewhere = await openOrigin();
    const image = await origin.seed({ size: 1 });
    const Location = `${elsewhere.url}/elsewhere`;
    origin.trouble({ on: isAnyCall, trouble: { kind: 'answer', status, headers: { Location } } });
    for (const path of [filePath(image), recordPath(image), '/v2/images', '/v2/schemas/image']) {
      const reply = await ask(edge.url + path);
      expect(reply.status, path).toBe(status);
      expect(reply.headers.location, path).toBe(Location);
    }
    expect(elsewhere.ledger.calls).toEqual([]);
  },
);

test('a connection is closed when the client asks for it, and kept when it does not', async () => {
  const { origin, edge } = await openScene();
  const image = await origin.seed({ size: 10 });
  const get = (path: string, more = ''): string =>
    `GET ${path} HTTP/1.1\r\nHost: x\r\nX-Auth-Token: token-of-owner\r\n${more}\r\n`;
  const paths = [filePath(image), recordPath(image), '/v2/images', '/v2/schemas/image', '/'];
  for (const path of [...paths, '/regions/Nowhere']) {
    const client = openRawClient(edge.url);
    await client.say(get(path) + get(path, 'Connection: close\r\n'));
    const heard = await client.ended;
    expect(heard.match(/HTTP\/1\.1 \d+ /g)?.length, path).toBe(2);
    expect(heard.match(/^connection: close\r$/gim)?.length, path).toBe(1);
  }
});

test('the path and the query reach the origin as they were written', async () => {
  const { origin, edge } = await openScene();
  for (const target of [
    '/v2/images?name=a%20b&name=%C3%A9&tag=x%2Fy&empty=&=',
    '/v2/images/?limit=1',
    '/v2/metadefs/namespaces/a%2Fb?x=%7E~',
    '/v2//images',
    '/healthcheck?',
  ]) {
    origin.ledger.clear();
    await ask(edge.url + target);
    expect(origin.ledger.calls.map((call) => call.target)).toEqual([target]);
  }
});

test('the headers of an answer come through, repeated ones too', async () => {
  const { origin, edge } = await openScene();
  const headers = {
    'X-Odd': 'one, two',
    'Openstack-Image-Import-Methods': 'a,b',
    Warning: '199 x',
  };
  const trouble = { kind: 'answer', status: 418, headers, body: 'short and stout' } as const;
  origin.trouble({ on: isAnyCall, trouble });
  const reply = await ask(`${edge.url}/v2/schemas/image`);
  expect(reply).toMatchObject({
    status: 418,
    headers: { 'x-odd': 'one, two', 'openstack-image-import-methods': 'a,b', warning: '199 x' },
  });
  expect(reply.body.toString()).toBe('short and stout');
});
