// A profile across client, gateway and Glance: osprofiler itself signs it, believes what Glance is sent,
// and finds Glance's points under the gateway's spans.
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { glance, openstack } from './command.ts';
import { type Edge, startEdge } from './edge.ts';
import { type Answer, exchange } from './exchange.ts';
import { labSetting, labToken, type MadeImage, makeImage } from './lab.ts';
import { newProfile, storedPoints, unpack } from './osprofiler.ts';

/** Glance knows both; the gateway has a third one that it doesn't. */
const KEY = 'lab-profile-key';
const OLDER_KEY = 'lab-older-profile-key';
const KEYS = ['gateway-key', KEY, OLDER_KEY];

interface StoredTrace {
  readonly tree: readonly { readonly spanId: string; readonly parentSpanId: string | null }[];
}

let edge: Edge;
let token: string;
let image: MadeImage;

beforeAll(async () => {
  edge = await startEdge({}, { osprofiler_hmac_keys: KEYS });
  token = await labToken('demo');
  image = await makeImage(edge.one.glance, token);
  return edge.stop;
});

const download = (headers: Readonly<Record<string, string>>): Promise<Answer> =>
  exchange(`${edge.url}/v2/images/${image.id}/file`, {
    headers: { 'X-Auth-Token': token, ...headers },
  });

/** As soon as a call of it has ended, which may be a moment after its client has the last byte. */
const traceOf = (id: string): Promise<StoredTrace> =>
  vi.waitFor(async () => {
    const told = await exchange(`${edge.admin}/api/traces/${id}`);
    if (told.status !== 200) throw new Error(`no trace ${id} yet`);
    return JSON.parse(told.text());
  });

const digits = (uuid: string): string => uuid.replaceAll('-', '');

test.each([KEY, OLDER_KEY])(
  'a download is one trace from the client to the SQL of Glance: %s',
  async (key) => {
    const { headers, baseId, parentId } = await newProfile(key);
    const before = edge.one.ledger.lines.length;
    const answer = await download(headers);
    expect(answer.status).toBe(200);
    expect(answer.headers['x-trace-id']).toBe(digits(baseId));

    const { tree } = await traceOf(digits(baseId));
    const spans = new Set(tree.map(({ spanId }) => spanId));
    expect(tree.map(({ parentSpanId }) => parentSpanId)).toContain(digits(parentId).slice(16));

    const sent = edge.one.ledger.lines.slice(before);
    expect(sent.length).toBeGreaterThan(0);
    for (const line of sent) {
      const [, trace, span] = line.headers.traceparent?.toString().split('-') ?? [];
      expect(trace).toBe(digits(baseId));
      expect(spans).toContain(span);
      expect(await unpack(line.headers, [key])).toMatchObject({
        base_id: baseId,
        short_parent_id: span,
        hmac_key: key,
      });
    }

    const points = await storedPoints(labSetting('LAB_PROFILES'), baseId);
    expect(points.map(({ info }) => info.name)).toEqual(sent.map(() => 'wsgi'));
    for (const point of points) {
      expect(spans).toContain(digits(point.parent_id).slice(16));
      expect(point.children.map(({ info }) => info.name)).toContain('db');
    }
  },
);

describe('the clients of OpenStack ask for a profile', () => {
  test.each([
    ['glance', () => glance('demo', edge.url, '--profile', KEY, 'image-show', image.id)],
    [
      'openstack',
      () => openstack('demo', edge.url, '--os-profile', KEY, 'image', 'show', image.id),
    ],
  ])('%s', async (_, show) => {
    const before = edge.one.ledger.lines.length;
    expect(await show()).toContain(image.id);
    const sent = edge.one.ledger.lines.slice(before).find(({ path }) => path.includes(image.id));
    const profile = await unpack(sent?.headers ?? {}, [KEY]);
    const { tree } = await traceOf(digits(profile?.base_id ?? ''));
    expect(tree.map(({ spanId }) => spanId)).toContain(profile?.short_parent_id);
    const points = await storedPoints(labSetting('LAB_PROFILES'), profile?.base_id ?? '');
    expect(points.map(({ parent_id }) => parent_id)).toContain(profile?.parent_id);
  });
});

test('a signature that is none of ours is counted, and Glance hears nothing of it', async () => {
  const { headers, baseId } = await newProfile('a key of somebody else');
  const before = edge.one.ledger.lines.length;
  const answer = await exchange(`${edge.url}/v2/schemas/image`, {
    headers: { 'X-Auth-Token': token, ...headers },
  });
  expect(answer.status).toBe(200);
  expect(answer.headers['x-trace-id']).not.toBe(digits(baseId));
  const names = edge.one.ledger.lines.slice(before).flatMap((line) => Object.keys(line.headers));
  expect(names.filter((name) => name.startsWith('x-trace-'))).toEqual([]);
  expect((await exchange(`${edge.admin}/metrics`)).text()).toMatch(
    /^glance_edge_osprofiler_refusals_total\{.*reason="signature".*\} 1$/m,
  );
});

test('a traced call without a profile asks Glance for no points', async () => {
  const before = edge.one.ledger.lines.length;
  await download({ traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' });
  for (const { headers } of edge.one.ledger.lines.slice(before)) {
    expect(headers).toHaveProperty('traceparent');
    expect(headers).not.toHaveProperty('x-trace-info');
  }
});

test('no key is told: not in the log, not in traces, not in metrics', async () => {
  const { headers, baseId } = await newProfile(KEY);
  await download(headers);
  const trace = await exchange(`${edge.admin}/api/traces/${digits(baseId)}`);
  const metrics = await exchange(`${edge.admin}/metrics`);
  for (const text of [edge.log(), trace.text(), metrics.text()]) {
    expect(text.length).toBeGreaterThan(0);
    for (const secret of [...KEYS, headers['X-Trace-HMAC'] ?? '']) {
      expect(text.includes(secret)).toBe(false);
    }
  }
});
