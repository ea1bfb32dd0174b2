// Image records of the embedded Glance: their bytes, and what may be done to them.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ADMIN, type GlanceUnderTest, glanceUnderTest, OTHER } from './glance-under-test.ts';

let it: GlanceUnderTest;

beforeEach(() => {
  it = glanceUnderTest();
});

afterEach(() => it.end());

test('a record is written byte for byte as Glance writes it, what users added first', async () => {
  const id = await it.queued({ name: 'é "q"', tags: ['a'], colour: 'rød' });
  const { text, headers } = await it.call('GET', `/v2/images/${id}`);
  expect(text).toBe(
    '{"colour": "rød", "name": "é \\"q\\"", "disk_format": "raw", "container_format": "bare", ' +
      '"visibility": "shared", "size": null, "virtual_size": null, "status": "queued", ' +
      '"checksum": null, "protected": false, "min_ram": 0, "min_disk": 0, "owner": "demo", ' +
      `"os_hidden": false, "os_hash_algo": null, "os_hash_value": null, "id": "${id}", ` +
      '"created_at": "2030-01-02T03:04:05Z", "updated_at": "2030-01-02T03:04:05Z", ' +
      `"tags": ["a"], "self": "/v2/images/${id}", "file": "/v2/images/${id}/file", ` +
      '"schema": "/v2/schemas/image"}',
  );
  expect(headers.get('content-length')).toBe(String(Buffer.byteLength(text)));
});

describe('create', () => {
  test('answers 201 with an absolute Location under the Host of the request', async () => {
    const { status, headers, json } = await it.call('POST', '/v2/images', { json: {} });
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(
      `http://glance.example:9292/v2/images/${String(json?.id)}`,
    );
    expect(headers.get('openstack-image-store-ids')).toBe('disk');
  });

  test('takes a given id once, and never again, not even after the image is deleted', async () => {
    const json = { id: '11111111-2222-4333-8444-555555555555' };
    expect(await it.call('POST', '/v2/images', { json })).toMatchObject({ status: 201, json });
    expect(await it.call('POST', '/v2/images', { json })).toMatchObject({ status: 409 });
    expect(await it.call('DELETE', `/v2/images/${json.id}`)).toMatchObject({ status: 204 });
    expect(await it.call('POST', '/v2/images', { json })).toMatchObject({ status: 409 });
  });

  test.each([
    ['an id that is no UUID', { id: 'abc' }, 400],
    ['an attribute that only Glance sets', { size: 3 }, 403],
    ['a reserved attribute', { deleted: 'x' }, 403],
    ['an unknown format', { disk_format: 'floppy' }, 400],
    ['a property that is no text', { colour: 3 }, 400],
    ['a negative size of memory', { min_ram: -1 }, 400],
    ['publicity, from anybody but an admin', { visibility: 'public' }, 403],
    ['another owner, from anybody but an admin', { owner: 'else' }, 403],
  ])('refuses %s', async (_, json, status) => {
    expect(await it.call('POST', '/v2/images', { json })).toMatchObject({ status });
  });

  test.each([
    ['no body', '', 'Body expected in request.'],
    ['a body that is no JSON', '{', 'Malformed JSON in request body.'],
  ])('refuses %s', async (_, body, problem) => {
    const answer = await it.call('POST', '/v2/images', { body });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(problem);
  });
});

describe('patch', () => {
  test('adds, replaces and removes, in order, and moves updated_at', async () => {
    const id = await it.queued({ name: 'old', colour: 'red', tags: ['x'] });
    it.forward(5000);
    const { status, json } = await it.patch(id, [
      { op: 'replace', path: '/name', value: 'new' },
      { op: 'add', path: '/shape', value: 'round' },
      { op: 'add', path: '/shape', value: 'square' },
      { op: 'remove', path: '/colour' },
      { op: 'replace', path: '/tags', value: ['p', 'q', 'p'] },
      { op: 'add', path: '/a~1b', value: 'slash' },
    ]);
    expect(status).toBe(200);
    expect(json).toMatchObject({ name: 'new', shape: 'square', tags: ['p', 'q'], 'a/b': 'slash' });
    expect(json).not.toHaveProperty('colour');
    expect(json).toMatchObject({
      created_at: '2030-01-02T03:04:05Z',
      updated_at: '2030-01-02T03:04:10Z',
    });
  });

  test.each([
    ['replacing what is not there', { op: 'replace', path: '/none', value: 'x' }, 409],
    ['removing what is not there', { op: 'remove', path: '/none' }, 409],
    ["removing an image's own attribute", { op: 'remove', path: '/name' }, 403],
    ['setting a read-only attribute', { op: 'replace', path: '/status', value: 'x' }, 403],
    ['making it public without being an admin', visibilityOf('public'), 403],
    ['giving it away without being an admin', { op: 'add', path: '/owner', value: 'x' }, 403],
    ['an unknown visibility', visibilityOf('nobody'), 400],
    ['an operation that JSON patch has and Glance has not', { op: 'test', path: '/name' }, 400],
    ['a pointer of two levels', { op: 'add', path: '/a/b', value: 'x' }, 400],
    ['a pointer without its slash', { op: 'add', path: 'a', value: 'x' }, 400],
    ['no value', { op: 'add', path: '/a' }, 400],
  ])('refuses %s', async (_, operation, status) => {
    const id = await it.queued();
    expect(await it.patch(id, [operation])).toMatchObject({ status });
  });

  test('changes nothing when one of its operations is refused', async () => {
    const id = await it.queued({ name: 'old' });
    const operations = [
      { op: 'replace', path: '/name', value: 'new' },
      { op: 'remove', path: '/none' },
    ];
    expect(await it.patch(id, operations)).toMatchObject({ status: 409 });
    const { json } = await it.call('GET', `/v2/images/${id}`);
    expect(json).toMatchObject({ name: 'old' });
  });

  test('lets the formats change only while the image is queued', async () => {
    const id = await it.active('data');
    const change = [{ op: 'replace', path: '/disk_format', value: 'qcow2' }];
    expect(await it.patch(id, change)).toMatchObject({ status: 403 });
  });

  test('takes no other media type, and says which', async () => {
    const id = await it.queued();
    const answer = await it.call('PATCH', `/v2/images/${id}`, { json: [] });
    expect(answer.status).toBe(415);
    expect(answer.headers.get('accept-patch')).toContain('openstack-images-v2.1-json-patch');
  });

  test('an admin may make an image public and give it away', async () => {
    const id = await it.queued();
    const operations = [visibilityOf('public'), { op: 'replace', path: '/owner', value: 'other' }];
    const { json } = await it.patch(id, operations, ADMIN);
    expect(json).toMatchObject({ visibility: 'public', owner: 'other' });
  });
});

describe('delete', () => {
  test('removes the image for good', async () => {
    const id = await it.active('data');
    expect(await it.call('DELETE', `/v2/images/${id}`)).toMatchObject({ status: 204, text: '' });
    expect(await it.call('GET', `/v2/images/${id}`)).toMatchObject({ status: 404 });
    expect(await it.call('GET', `/v2/images/${id}/file`)).toMatchObject({ status: 404 });
    expect(await it.call('DELETE', `/v2/images/${id}`)).toMatchObject({ status: 404 });
  });

  test('refuses a protected image, from an admin too', async () => {
    const id = await it.queued({ protected: true });
    expect(await it.call('DELETE', `/v2/images/${id}`)).toMatchObject({ status: 403 });
    const token = ADMIN;
    expect(await it.call('DELETE', `/v2/images/${id}`, { token })).toMatchObject({ status: 403 });
  });
});

describe('list', () => {
  const names = async (query: string, token?: string): Promise<readonly unknown[]> => {
    const { json } = await it.call('GET', `/v2/images${query}`, token ? { token } : {});
    const images: readonly { readonly name: string }[] = JSON.parse(JSON.stringify(json?.images));
    return images.map(({ name }) => name);
  };

  beforeEach(async () => {
    for (const name of ['one', 'two', 'three']) {
      await it.queued({ name, grp: name.slice(0, 1), tags: [name] });
      it.forward(1000);
    }
  });

  test('goes from newest to oldest', async () => {
    expect(await names('')).toEqual(['three', 'two', 'one']);
  });

  test('links a full page to the next one with a relative path, and repeats the query', async () => {
    const first = await it.call('GET', '/v2/images?limit=2&status=queued');
    const next = String(first.json?.next);
    expect(next).toMatch(/^\/v2\/images\?limit=2&status=queued&marker=[-0-9a-f]{36}$/);
    expect(first.json?.first).toBe('/v2/images?limit=2&status=queued');
    const second = await it.call('GET', next);
    expect(second.json).toMatchObject({ images: [{ name: 'one' }] });
    expect(second.json).not.toHaveProperty('next');
    expect(second.json?.first).toBe('/v2/images?limit=2&status=queued');
  });

  test('escapes links as Python does', async () => {
    const { json } = await it.call('GET', '/v2/images?name=a%20b*~&name=in:x,%C3%A9');
    expect(json?.first).toBe('/v2/images?name=in%3Ax%2C%C3%A9');
    const other = await it.call('GET', '/v2/images?name=a%20b*~');
    expect(other.json?.first).toBe('/v2/images?name=a+b%2A~');
  });

  test.each([
    ['?name=two', ['two']],
    ['?name=in:one,two', ['two', 'one']],
    ['?grp=t', ['three', 'two']],
    ['?tag=one', ['one']],
    ['?status=active', []],
    ['?owner=demo&limit=1', ['three']],
    ['?sort=name:asc', ['one', 'three', 'two']],
    ['?sort_key=name&sort_dir=desc', ['two', 'three', 'one']],
    ['?visibility=shared', ['three', 'two', 'one']],
    ['?visibility=public', []],
    ['?limit=0', []],
  ])('%s', async (query, expected) => {
    expect(await names(query)).toEqual(expected);
  });

  test.each([
    ['?limit=-1', 'limit param must be positive'],
    ['?limit=x', 'limit param must be an integer'],
    ['?marker=none', 'No image found with ID none'],
    ['?visibility=odd', 'Invalid visibility value: odd'],
    ['?sort_key=odd', 'Invalid sort key: odd'],
    ['?sort_dir=odd', 'Invalid sort direction: odd'],
    ['?sort=name&sort_key=id', 'Old and new sorting syntax cannot be combined'],
  ])('refuses %s', async (query, problem) => {
    const answer = await it.call('GET', `/v2/images${query}`);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(problem);
  });

  test('leaves out hidden images and, for others, community images that nobody asked for', async () => {
    await it.queued({ name: 'hidden', os_hidden: true, visibility: 'community' });
    await it.queued({ name: 'common', visibility: 'community' });
    expect(await names('?os_hidden=true')).toEqual(['hidden']);
    expect(await names('?limit=1')).toEqual(['common']);
    expect(await names('', OTHER)).toEqual([]);
    expect(await names('?visibility=community', OTHER)).toEqual(['common']);
  });
});

function visibilityOf(value: string) {
  return { op: 'replace', path: '/visibility', value };
}
