// Who may do what in the embedded Glance: visibility, roles, sharing, tokens.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  ADMIN,
  EXPIRED,
  type GlanceUnderTest,
  glanceUnderTest,
  OTHER,
  OWNER,
  READER,
  SERVICE,
} from './glance-under-test.ts';

let it: GlanceUnderTest;

beforeEach(() => {
  it = glanceUnderTest();
});

afterEach(() => it.end());

const show = async (id: string, token: string): Promise<number> =>
  (await it.call('GET', `/v2/images/${id}`, { token })).status;
const download = async (id: string, token: string): Promise<number> =>
  (await it.call('GET', `/v2/images/${id}/file`, { token })).status;
/** The question that tells whether one may download without any data. */
const probe = async (id: string, token: string): Promise<number> => {
  const headers = { Range: 'bytes=9007199254740991-' };
  return (await it.call('GET', `/v2/images/${id}/file`, { token, headers })).status;
};

describe('tokens', () => {
  test.each([null, 'unknown', 'constructor'])('%s is 401 and names Keystone', async (token) => {
    const answer = await it.call('GET', '/v2/images', { token });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Keystone uri="http/);
    expect(answer.headers.has('x-openstack-request-id')).toBe(false);
  });

  test('an expired one is taken along with the token of a service', async () => {
    const list = async (headers: Record<string, string>): Promise<number> =>
      (await it.call('GET', '/v2/images', { token: EXPIRED, headers })).status;
    expect(await list({})).toBe(401);
    expect(await list({ 'X-Service-Token': OWNER })).toBe(401);
    expect(await list({ 'X-Service-Token': SERVICE })).toBe(200);
  });

  test('a bad service token spoils a good token', async () => {
    const headers = { 'X-Service-Token': 'unknown' };
    expect(await it.call('GET', '/v2/images', { headers })).toMatchObject({ status: 401 });
  });
});

describe('visibility', () => {
  test.each([
    ['private', 404],
    ['shared', 404],
    ['community', 200],
  ])('a stranger gets a %s image as %i', async (visibility, status) => {
    const id = await it.active('data', { visibility });
    expect(await show(id, OTHER)).toBe(status);
    expect(await download(id, OTHER)).toBe(status);
    expect(await show(id, ADMIN)).toBe(200);
  });

  test('a public image is for everybody', async () => {
    const id = await it.active('data');
    await it.patch(id, [{ op: 'replace', path: '/visibility', value: 'public' }], ADMIN);
    expect(await download(id, OTHER)).toBe(200);
  });

  test('what one sees and does not own one may not change: 403', async () => {
    const id = await it.active('data', { visibility: 'community' });
    const token = OTHER;
    const path = `/v2/images/${id}`;
    expect(await it.patch(id, [], OTHER)).toMatchObject({ status: 403 });
    for (const [method, rest] of [
      ['DELETE', ''],
      ['PUT', '/tags/x'],
      ['POST', '/actions/deactivate'],
    ] as const) {
      expect(await it.call(method, `${path}${rest}`, { token })).toMatchObject({ status: 403 });
    }
  });
});

describe('roles', () => {
  test('a reader sees a record but may not download, upload, create or change', async () => {
    const id = await it.active('data');
    expect(await show(id, READER)).toBe(200);
    expect(await download(id, READER)).toBe(403);
    expect(await probe(id, READER)).toBe(403);
    expect(await it.patch(id, [], READER)).toMatchObject({ status: 403 });
    const create = await it.call('POST', '/v2/images', { token: READER, json: {} });
    expect(create.status).toBe(403);
  });

  test('the question for the right to download is 416, 404, 401 or 403', async () => {
    const id = await it.active('data');
    expect(await probe(id, OWNER)).toBe(416);
    expect(await probe(id, OTHER)).toBe(404);
    expect(await probe(id, 'unknown')).toBe(401);
    await it.call('POST', `/v2/images/${id}/actions/deactivate`);
    expect(await probe(id, OWNER)).toBe(403);
    expect(await probe(id, ADMIN)).toBe(416);
    await it.call('POST', `/v2/images/${id}/actions/reactivate`);
    expect(await probe(id, OWNER)).toBe(416);
    await it.call('DELETE', `/v2/images/${id}`);
    expect(await probe(id, OWNER)).toBe(404);
  });

  test('a deactivated image keeps its record for all and its data for admins', async () => {
    const id = await it.active('data');
    await it.call('POST', `/v2/images/${id}/actions/deactivate`);
    const { json } = await it.call('GET', `/v2/images/${id}`);
    expect(json).toMatchObject({ status: 'deactivated' });
    expect(json).not.toHaveProperty('stores');
    expect(await download(id, OWNER)).toBe(403);
    expect(await download(id, ADMIN)).toBe(200);
  });

  test('a queued image can not be deactivated', async () => {
    const path = `/v2/images/${await it.queued()}/actions/deactivate`;
    expect(await it.call('POST', path)).toMatchObject({ status: 403 });
  });
});

describe('sharing', () => {
  const join = (id: string) =>
    it.call('POST', `/v2/images/${id}/members`, { json: { member: 'other' } });
  const listed = async (token: string, query = ''): Promise<unknown> =>
    (await it.call('GET', `/v2/images${query}`, { token })).json?.images;

  test('a pending member may download at once, but is shown it in lists only when it accepts', async () => {
    const id = await it.active('data');
    expect(await join(id)).toMatchObject({ status: 200, json: { status: 'pending' } });
    expect(await download(id, OTHER)).toBe(200);
    expect(await listed(OTHER)).toEqual([]);
    expect(await listed(OTHER, '?member_status=all')).toMatchObject([{ id }]);
    const path = `/v2/images/${id}/members/other`;
    const accept = await it.call('PUT', path, { token: OTHER, json: { status: 'accepted' } });
    expect(accept).toMatchObject({ status: 200, json: { status: 'accepted', image_id: id } });
    expect(await listed(OTHER)).toMatchObject([{ id }]);
  });

  test('a member that is removed loses the image', async () => {
    const id = await it.active('data');
    await join(id);
    const path = `/v2/images/${id}/members/other`;
    expect(await it.call('DELETE', path)).toMatchObject({ status: 204 });
    expect(await it.call('DELETE', path)).toMatchObject({ status: 404 });
    expect(await show(id, OTHER)).toBe(404);
  });

  test('the owner invites, the member answers, and neither does the other', async () => {
    const id = await it.active('data');
    await join(id);
    const path = `/v2/images/${id}/members`;
    const json = { status: 'accepted' };
    expect(await it.call('PUT', `${path}/other`, { json })).toMatchObject({ status: 403 });
    const invite = { token: OTHER, json: { member: 'third' } };
    expect(await it.call('POST', path, invite)).toMatchObject({ status: 403 });
  });

  test('a member sees only its own membership', async () => {
    const id = await it.active('data');
    await join(id);
    const path = `/v2/images/${id}/members`;
    await it.call('POST', path, { json: { member: 'third' } });
    const mine = await it.call('GET', path, { token: OTHER });
    expect(mine.json).toMatchObject({ members: [{ member_id: 'other' }] });
    expect(await it.call('GET', `${path}/third`)).toMatchObject({ status: 200 });
    expect(await it.call('GET', `${path}/third`, { token: OTHER })).toMatchObject({ status: 404 });
  });

  test('twice is 409, nobody is 400, and an image that is not shared has no members', async () => {
    const id = await it.active('data');
    await join(id);
    expect(await join(id)).toMatchObject({ status: 409 });
    const path = `/v2/images/${id}/members`;
    expect(await it.call('POST', path, { json: {} })).toMatchObject({ status: 400 });
    const alone = await it.queued({ visibility: 'private' });
    expect(await join(alone)).toMatchObject({ status: 403 });
    expect(await it.call('GET', `/v2/images/${alone}/members`)).toMatchObject({ status: 403 });
  });
});

test('tags come and go one by one', async () => {
  const id = await it.queued({ tags: ['a'] });
  expect(await it.call('PUT', `/v2/images/${id}/tags/b`)).toMatchObject({ status: 204 });
  expect(await it.call('DELETE', `/v2/images/${id}/tags/a`)).toMatchObject({ status: 204 });
  expect(await it.call('DELETE', `/v2/images/${id}/tags/a`)).toMatchObject({ status: 404 });
  const { json } = await it.call('GET', `/v2/images/${id}`);
  expect(json).toMatchObject({ tags: ['b'] });
});
