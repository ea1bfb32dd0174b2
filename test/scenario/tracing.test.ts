// Every call can be looked up by the trace id in its answer; traces go on from the caller and on to
// the origin; and nothing that is told anywhere holds a token.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isAnyCall } from '../support/ledger.ts';
import {
  createTroubleOrigin,
  EXPIRED,
  OTHER,
  OWNER,
  SERVICE,
  type TroubleOrigin,
} from '../support/trouble-origin.ts';
import { type Asking, ask, type Reply } from './stage/client.ts';
import { filePath, recordPath } from './stage/edge.ts';
import { type EdgeProcess, openEdgeProcess } from './stage/edge-process.ts';
import { eventually, KIB, type SeededData, settled } from './stage/scene.ts';

interface StoredTrace {
  readonly traceId: string;
  readonly tree: readonly {
    readonly spanId: string;
    readonly parentSpanId: string | null;
    readonly name: string;
    readonly kind: string;
    readonly attributes: Readonly<Record<string, unknown>>;
  }[];
}

let origin: TroubleOrigin;
let edge: EdgeProcess;
let image: SeededData;

beforeAll(async () => {
  origin = await createTroubleOrigin();
  edge = await openEdgeProcess({ regions: { RegionOne: origin } });
  image = await origin.seed({ size: 200 * KIB });
  await ask(edge.url + filePath(image));
  await settled(edge);
});

afterAll(async () => {
  await edge.close();
  await origin.close();
});

type Case = readonly [name: string, path: () => string, asking: Asking, wanted: object];

const CASES: readonly Case[] = [
  [
    'a download out of the cache',
    () => filePath(image),
    {},
    {
      'http.route': '/v2/images/{image_id}/file',
      'http.response.status_code': 200,
      'http.response.body.size': 200 * KIB,
      'glance_edge.region': 'RegionOne',
      'glance_edge.cache_status': 'glance-edge; hit; detail=memory',
      'glance_edge.bytes.memory': 200 * KIB,
      'glance_edge.ended': 'complete',
    },
  ],
  ['a record', () => recordPath(image), {}, { 'http.route': '/v2/images/{image_id}' }],
  ['a list', () => '/v2/images', {}, { 'http.route': '/v2/images' }],
  [
    'a refused download',
    () => filePath(image),
    { token: OTHER },
    { 'http.response.status_code': 404, 'glance_edge.region': 'RegionOne' },
  ],
  [
    'a call without a token',
    () => '/v2/images',
    { token: null },
    { 'http.response.status_code': 401 },
  ],
  [
    'an unknown region',
    () => '/regions/Nowhere/v2/images',
    {},
    { 'http.response.status_code': 404, 'error.type': 'unknown-region' },
  ],
  [
    'an endpoint that is not configured',
    () => `/v2/images/${encodeURIComponent(`http://127.0.0.1:1${recordPath(image)}`)}`,
    {},
    { 'http.response.status_code': 400, 'error.type': 'endpoint-not-configured' },
  ],
  [
    'a write',
    () => `${recordPath(image)}/tags/new`,
    { method: 'PUT' },
    { 'http.request.method': 'PUT', 'glance_edge.cache_status': 'glance-edge; fwd=method' },
  ],
  ['a HEAD', () => recordPath(image), { method: 'HEAD' }, { 'http.response.status_code': 405 }],
];

describe('found under the id in its answer', () => {
  test.each(CASES)('%s', async (_, path, asking, wanted) => {
    const reply = await ask(edge.url + path(), asking);
    const trace = await traceOf(reply);
    const root = trace.tree.find(({ kind }) => kind === 'server');
    expect(root?.attributes).toMatchObject({
      'http.response.status_code': reply.status,
      'http.request.method': asking.method ?? 'GET',
      ...wanted,
    });
  });

  test('a call that never reached an origin', async () => {
    await origin.refuse();
    const reply = await ask(edge.url + recordPath(image));
    await origin.accept();
    const root = (await traceOf(reply)).tree.find(({ kind }) => kind === 'server');
    expect(root?.attributes).toMatchObject({
      'http.response.status_code': 503,
      'error.type': 'origin-unreachable',
    });
  });
});

test('the trace of the caller goes on here and at the origin', async () => {
  origin.ledger.clear();
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const headers = {
    traceparent: `00-${traceId}-b7ad6b7169203331-01`,
    tracestate: 'vendor=value',
    baggage: 'tenant=edge',
  };
  const reply = await ask(edge.url + recordPath(image), { headers });
  expect(reply.headers['x-trace-id']).toBe(traceId);
  const trace = await traceOf(reply);
  const root = trace.tree.find(({ kind }) => kind === 'server');
  expect(root?.parentSpanId).toBe('b7ad6b7169203331');
  const [call] = origin.ledger.calls;
  const sent = new Map(call?.headers.map(([name, value]) => [name.toLowerCase(), value]));
  const [, sentTrace, sentSpan] = (sent.get('traceparent') ?? '').split('-');
  expect(sentTrace).toBe(traceId);
  expect(trace.tree.map(({ spanId }) => spanId)).toContain(sentSpan);
  expect(sent.get('tracestate')).toBe('vendor=value');
});

test('every call to the origin carries a trace', async () => {
  const cold = await origin.seed({ size: 300 * KIB, name: 'cold' });
  origin.ledger.clear();
  const reply = await ask(edge.url + filePath(cold));
  await origin.ledger.idle();
  const traces = origin.ledger.calls.map(
    ({ headers }) => headers.find(([name]) => name.toLowerCase() === 'traceparent')?.[1],
  );
  expect(traces.length).toBeGreaterThanOrEqual(3);
  const ids = traces.map((trace) => trace?.split('-')[1]);
  expect(new Set(ids)).toEqual(new Set([reply.headers['x-trace-id']]));
  expect(origin.ledger.count(isAnyCall)).toBe(traces.length);
});

test('no token is told anywhere', async () => {
  const strange = 'gAAAAAB-a-token-that-nobody-may-see';
  for (const token of [OWNER, OTHER, EXPIRED, strange]) {
    const headers = { 'X-Service-Token': SERVICE };
    for (const path of [filePath(image), recordPath(image), '/v2/images', '/v2/schemas/image']) {
      await ask(edge.url + path, { token });
      await ask(edge.url + path, { token, headers });
      await ask(`${edge.url}${path}?token=${token}`, { token, headers });
    }
    await ask(edge.url + recordPath(image), { headers: { Authorization: `Bearer ${token}` } });
  }
  await origin.refuse();
  await ask(edge.url + recordPath(image), { token: strange });
  await origin.accept();
  const told = await allThatIsTold();
  for (const token of [OWNER, OTHER, EXPIRED, SERVICE]) {
    expect(told.includes(token), token).toBe(false);
  }
});

async function allThatIsTold(): Promise<string> {
  const page = async (path: string): Promise<string> =>
    (await ask(edge.admin + path, { token: null })).body.toString();
  const listed = await page('/api/traces?limit=1000');
  const { traces } = JSON.parse(listed) as { traces: readonly { traceId: string }[] };
  const details = await Promise.all(traces.map(({ traceId }) => page(`/api/traces/${traceId}`)));
  return [edge.output(), listed, ...details, await page('/metrics'), await page('/')].join('\n');
}

/** The trace is there once the last byte of the answer has left, a moment after it has come. */
async function traceOf(reply: Reply): Promise<StoredTrace> {
  const id = String(reply.headers['x-trace-id']);
  expect(id).toMatch(/^[0-9a-f]{32}$/);
  let found: Reply | null = null;
  await eventually(async () => {
    found = await ask(`${edge.admin}/api/traces/${id}`, { token: null });
    return found.status === 200;
  });
  return JSON.parse(String((found as Reply | null)?.body)) as StoredTrace;
}
