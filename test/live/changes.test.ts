// The calls that change something: the same story is told of two images, one made and changed in
// Glance itself, one through the gateway, and every answer on the way must say the same.
import { beforeAll, expect, test, vi } from 'vitest';
import { type Asked, type Calls, signIn } from './calls.ts';
import { type Edge, type LiveRegion, startEdge } from './edge.ts';
import { exchange } from './exchange.ts';
import { labSetting, makeImage, must } from './lab.ts';
import { sayings } from './sayings.ts';

let edge: Edge;
let calls: Calls;

beforeAll(async () => {
  edge = await startEdge();
  calls = await signIn();
  return edge.stop;
});

const OCTETS = { 'Content-Type': 'application/octet-stream' };
const JSON_TYPE = { 'Content-Type': 'application/json' };
const PATCH_TYPE = { 'Content-Type': 'application/openstack-images-v2.1-json-patch' };
const post = (value: unknown, user: Asked['user'] = 'demo'): Asked => ({
  method: 'POST',
  user,
  headers: JSON_TYPE,
  body: JSON.stringify(value),
});
const patch = (...changes: object[]): Asked => ({
  method: 'PATCH',
  headers: PATCH_TYPE,
  body: JSON.stringify(changes),
});
const upload = (body: string): Asked => ({ method: 'PUT', headers: OCTETS, body });
const NEW = { name: 'told', disk_format: 'raw', container_format: 'bare', visibility: 'shared' };

/** Makes an image there and goes through the steps; what each answer said. */
async function story(base: string, steps: readonly [string, Asked?][]) {
  const made = await calls.ask(base, '/v2/images', post(NEW));
  const { id }: { id: string } = JSON.parse(made.text());
  const told = [sayings(made, base)];
  for (const [path, asked] of steps) {
    told.push(await calls.said(base, `/v2/images/${id}${path}`, asked));
  }
  return { told, id };
}

async function bothTell(steps: readonly [string, Asked?][], region: LiveRegion = edge.one) {
  const direct = await story(region.glance, steps);
  const through = await story(region.edge, steps);
  expect(through.told).toEqual(direct.told);
  return { direct, through };
}

test('created, changed, tagged, uploaded, read, deleted', async () => {
  await bothTell([
    [''],
    ['/file'],
    ['', patch({ op: 'add', path: '/colour', value: 'blue' })],
    ['', patch({ op: 'replace', path: '/name', value: 'renamed' })],
    ['', patch({ op: 'remove', path: '/nothing' })],
    ['/tags/one', { method: 'PUT' }],
    [''],
    ['/tags/one', { method: 'DELETE' }],
    ['/tags/one', { method: 'DELETE' }],
    ['/file', upload('the data')],
    [''],
    ['/file'],
    ['/file', upload('the data again')],
    ['', patch({ op: 'replace', path: '/protected', value: true })],
    ['', { method: 'DELETE' }],
    ['', patch({ op: 'replace', path: '/protected', value: false })],
    ['', { method: 'DELETE' }],
    [''],
    ['/file'],
    ['', { method: 'DELETE' }],
  ]);
});

test('created in the second region, read there, deleted', async () => {
  await bothTell([[''], ['/file', upload('x')], ['/file'], ['', { method: 'DELETE' }]], edge.two);
});

test('shared and no longer shared', async () => {
  const member = `/members/${labSetting('LAB_PROJECT_OTHER')}`;
  await bothTell([
    ['/file', upload('for a member')],
    ['', { user: 'other' }],
    ['/members', post({ member: labSetting('LAB_PROJECT_OTHER') })],
    ['/members', post({ member: labSetting('LAB_PROJECT_OTHER') })],
    ['/members'],
    ['', { user: 'other' }],
    [member, { method: 'PUT', user: 'other', headers: JSON_TYPE, body: '{"status":"accepted"}' }],
    [member, { user: 'other' }],
    ['/file', { user: 'other' }],
    [member, { method: 'DELETE' }],
    ['/file', { user: 'other' }],
  ]);
});

test('deactivated and reactivated', async () => {
  const act = (): Asked => ({ method: 'POST', user: 'admin' });
  await bothTell([
    ['/file', upload('on and off')],
    ['/file'],
    ['/actions/deactivate', act()],
    [''],
    ['/file'],
    ['/file', { user: 'admin' }],
    ['/actions/reactivate', act()],
    ['/file'],
  ]);
});

test('located where its data lies already', async () => {
  const data = await makeImage(edge.one.glance, calls.tokens.admin, { visibility: 'public' });
  const url = `${edge.one.glance}/v2/images/${data.id}/file`;
  await bothTell([
    ['', patch({ op: 'add', path: '/locations/-', value: { url: 'ftp://x/y', metadata: {} } })],
    ['', patch({ op: 'add', path: '/locations/-', value: { url, metadata: {} } })],
  ]);
});

test('staged and imported, and copied to another store', async () => {
  const stage: readonly [string, Asked?][] = [
    ['/import', post({ method: { name: 'glance-direct' } })],
    ['/stage', upload('staged data')],
    ['/file'],
    ['/import', post({ method: { name: 'glance-direct' } })],
  ];
  const { direct, through } = await bothTell(stage);
  const ends = [];
  for (const [base, { id }] of [
    [edge.one.glance, direct],
    [edge.url, through],
  ] as const) {
    await becomes(base, id, { status: 'active', stores: 'fast' });
    const copy = { method: { name: 'copy-image' }, stores: ['slow'] };
    ends.push(await calls.said(base, `/v2/images/${id}/import`, post(copy, 'admin')));
    await becomes(base, id, { stores: 'fast,slow' });
    ends.push(await calls.said(base, `/v2/images/${id}/tasks`));
    ends.push(await calls.said(base, `/v2/images/${id}/file`));
    ends.push(await calls.said(base, `/v2/stores/fast/${id}`, { method: 'DELETE' }));
  }
  expect(ends.slice(4)).toEqual(ends.slice(0, 4));
});

test('imported from the web', async () => {
  const source = `${edge.one.glance}/healthcheck`;
  const method = { name: 'web-download', uri: source };
  const { through } = await bothTell([['/import', post({ method })]]);
  await becomes(edge.url, through.id, { status: 'active' });
  const data = await exchange(`${edge.url}/v2/images/${through.id}/file`, {
    headers: { 'X-Auth-Token': calls.tokens.demo },
  });
  expect(data.text()).toBe((await exchange(source)).text());
});

async function becomes(base: string, id: string, wanted: object): Promise<void> {
  await vi.waitFor(
    async () => {
      expect(await must(200, `${base}/v2/images/${id}`, calls.tokens.demo)).toMatchObject(wanted);
    },
    { timeout: 40_000, interval: 250 },
  );
}

test('a namespace of metadata definitions is made and unmade', async () => {
  for (const base of [edge.one.glance, edge.url]) {
    const made = await calls.said(
      base,
      '/v2/metadefs/namespaces',
      post({ namespace: 'Live' }, 'admin'),
    );
    expect(made).toMatchObject({ status: 201 });
    expect(made.headers.location ?? '').toMatch(/^({endpoint})?\/v2\/metadefs\/namespaces\/Live$/);
    const gone = await calls.said(base, '/v2/metadefs/namespaces/Live', {
      method: 'DELETE',
      user: 'admin',
    });
    expect(gone).toMatchObject({ status: 204 });
  }
});
