// The outside of the embedded Glance: versions, methods, error pages, request ids, the socket.
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listenEmbeddedGlance } from '../../src/demo/origin/listen.ts';
import { type GlanceUnderTest, glanceUnderTest, OWNER } from './glance-under-test.ts';

let it: GlanceUnderTest;

beforeEach(() => {
  it = glanceUnderTest();
});

afterEach(() => it.end());

describe('versions', () => {
  test.each([
    ['/', 300],
    ['/versions', 200],
    ['/v3', 300],
    ['/v2.14/images', 300],
  ])('%s answers %i without a token, with links under the Host', async (path, status) => {
    const answer = await it.call('GET', path, { token: null });
    expect(answer.status).toBe(status);
    expect(answer.headers.has('x-openstack-request-id')).toBe(false);
    expect(answer.text).toMatch(
      /^\{"versions": \[\{"id": "v2.15", "status": "CURRENT", "links": \[\{"rel": "self", "href": "http:\/\/glance.example:9292\/v2\/"\}\]\}/,
    );
  });

  test('a minor version that Glance knows is /v2', async () => {
    expect(await it.call('GET', '/v2.9/images')).toMatchObject({ status: 200 });
  });

  test('/v2 leads to /v2/, where there is nothing', async () => {
    const answer = await it.call('GET', '/v2');
    expect(answer.status).toBe(302);
    expect(answer.headers.get('location')).toBe('http://glance.example:9292/v2/');
    expect(await it.call('GET', '/v2/')).toMatchObject({ status: 404 });
  });
});

test('it is healthy', async () => {
  expect(await it.call('GET', '/healthcheck', { token: null })).toMatchObject({ text: 'OK' });
  expect(await it.call('HEAD', '/healthcheck', { token: null })).toMatchObject({ status: 204 });
});

test('the schemas and the stores can be read', async () => {
  const schema = await it.call('GET', '/v2/schemas/image');
  expect(schema.json).toMatchObject({
    name: 'image',
    properties: { os_hash_value: {}, kernel_id: { is_base: false } },
  });
  const stores = await it.call('GET', '/v2/info/stores');
  expect(stores.json).toMatchObject({ stores: [{ id: 'disk', default: 'true' }] });
});

describe('methods', () => {
  test.each([
    ['/v2/images', 'GET, POST'],
    ['/v2/images/ID', 'GET, PATCH, DELETE'],
    ['/v2/images/ID/file', 'GET, PUT'],
    ['/v2/images/ID/members', 'GET, POST'],
    ['/v2/schemas/image', 'GET'],
  ])('HEAD of %s is 405 and allows %s', async (path, allow) => {
    const answer = await it.call('HEAD', path.replace('ID', await it.active('data')));
    expect(answer).toMatchObject({ status: 405, text: '' });
    expect(answer.headers.get('allow')).toBe(allow);
  });

  test('a body where none belongs is 400', async () => {
    const headers = { 'Content-Length': '1' };
    expect(await it.call('GET', '/v2/images', { headers })).toMatchObject({ status: 400 });
  });
});

describe('errors', () => {
  const notFound = async (accept: string | null) => {
    const headers = accept === null ? {} : { Accept: accept };
    return it.call('GET', '/v2/images/x%27y', { headers });
  };

  test.each(['*/*', 'text/html', 'text/*', 'text/html, application/json'])(
    'are a page for Accept %s',
    async (accept) => {
      const answer = await notFound(accept);
      expect(answer.headers.get('content-type')).toBe('text/html; charset=UTF-8');
      expect(answer.text).toBe(
        '<html>\n <head>\n  <title>404 Not Found</title>\n </head>\n <body>\n' +
          '  <h1>404 Not Found</h1>\n  No image found with ID x&#x27;y<br /><br />\n\n\n\n' +
          ' </body>\n</html>',
      );
    },
  );

  test.each(['application/json', 'application/*', 'text/html;q=0.5, application/json'])(
    'are JSON for Accept %s',
    async (accept) => {
      const answer = await notFound(accept);
      expect(answer.text).toBe(
        '{"message": "No image found with ID x\'y<br /><br />\\n\\n\\n", ' +
          '"code": "404 Not Found", "title": "Not Found"}',
      );
    },
  );

  test.each(['text/plain', 'application/xml', '', null])(
    'are text for Accept "%s"',
    async (accept) => {
      const answer = await notFound(accept);
      expect(answer.headers.get('content-type')).toBe('text/plain; charset=UTF-8');
      expect(answer.text).toBe("404 Not Found\n\nNo image found with ID x'y\n\n   ");
    },
  );
});

describe('request ids', () => {
  const idFor = async (sent: string): Promise<string | null> => {
    const headers = { 'X-Openstack-Request-Id': sent };
    return (await it.call('GET', '/v2/images', { headers })).headers.get('x-openstack-request-id');
  };

  test('the one that the caller sent is kept, with its prefix', async () => {
    expect(await idFor('req-mine')).toBe('req-mine');
    expect(await idFor('mine')).toBe('req-mine');
  });

  test('one is made up otherwise', async () => {
    const { headers } = await it.call('GET', '/v2/images/none');
    expect(headers.get('x-openstack-request-id')).toMatch(/^req-[-0-9a-f]{36}$/);
  });

  test('one of more than 64 characters breaks Glance', async () => {
    const headers = { 'X-Openstack-Request-Id': 'a'.repeat(65) };
    expect(await it.call('GET', '/v2/images', { headers })).toMatchObject({ status: 500 });
  });
});

describe('on a socket', () => {
  test('image data is counted, other answers are not', async () => {
    const id = await it.active('hello world');
    const listener = await listenEmbeddedGlance(it.glance);
    const get = (path: string) =>
      fetch(`${listener.url}/v2/images/${path}`, { headers: { 'X-Auth-Token': OWNER } });
    expect(await (await get(id)).json()).toMatchObject({ status: 'active' });
    expect(await (await get(`${id}/file`)).text()).toBe('hello world');
    await listener.close();
    expect(listener.imageBytesSent()).toBe(11);
  });

  test.each([
    ['with a length', 'Content-Length: 100', 'x'.repeat(50)],
    ['in chunks', 'Transfer-Encoding: chunked', `32\r\n${'x'.repeat(50)}\r\n`],
  ])('a client that drops an upload %s never makes the image active', async (_, framing, body) => {
    const id = await it.queued();
    const listener = await listenEmbeddedGlance(it.glance);
    const socket = connect(Number(new URL(listener.url).port), '127.0.0.1');
    socket.write(
      `PUT /v2/images/${id}/file HTTP/1.1\r\nHost: x\r\nX-Auth-Token: ${OWNER}\r\n` +
        `Content-Type: application/octet-stream\r\n${framing}\r\n\r\n${body}`,
    );
    await becomes(id, 'saving');
    socket.destroy();
    await becomes(id, 'queued');
    await listener.close();
  });
});

/** Asks again until the image has that status; the asking itself lets the other side go on. */
async function becomes(id: string, status: string): Promise<void> {
  for (;;) {
    const { json } = await it.call('GET', `/v2/images/${id}`);
    if (json?.status === status) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
