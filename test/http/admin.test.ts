// The admin face: what operators, probes and scrapers are answered.
import { expect, test } from 'vitest';
import { type AdminSources, createAdminApp } from '../../src/http/admin.ts';
import type { Tier, TierName, TierUsage } from '../../src/ports/tier.ts';
import type {
  StoredTrace,
  TraceFilter,
  TraceStore,
  TraceSummary,
} from '../../src/ports/trace-store.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

test('livez answers while the process runs', async () => {
  const response = await get('/livez');
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ alive: true, version: '1.2.3' });
});

test('readyz says why calls should go elsewhere', async () => {
  const draining = { ready: false, reasons: ['draining'] };
  const response = await get('/readyz', { ready: () => draining });
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual(draining);
  expect((await get('/readyz')).status).toBe(200);
});

test('metrics come as the Prometheus text format', async () => {
  const response = await get('/metrics', { metrics: () => Promise.resolve('up 1\n') });
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(await response.text()).toBe('up 1\n');
});

test('a failure inside is a JSON 500 that tells nothing of its cause', async () => {
  const response = await get('/metrics', { metrics: () => Promise.reject(new Error('gAAAA')) });
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain('gAAAA');
});

test('every filter of the trace list reaches the store', async () => {
  const { store, asked } = storeOf([]);
  const query = 'limit=7&region=RegionTwo&image=abc&min_ms=12.5&status=404&route=%2Fv2%2Fimages';
  const response = await get(`/api/traces?${query}`, { traces: store });
  expect(await response.json()).toEqual({ traces: [] });
  const filter = { region: 'RegionTwo', image: 'abc', minMs: 12.5, status: 404 };
  expect(asked).toEqual([{ limit: 7, route: '/v2/images', ...filter }]);
});

test('50 traces are listed when no limit is given, and empty filters filter nothing', async () => {
  const { store, asked } = storeOf([SUMMARY]);
  const response = await get('/api/traces?region=&min_ms=', { traces: store });
  expect(await response.json()).toEqual({ traces: [SUMMARY] });
  expect(asked).toEqual([{ limit: 50 }]);
});

test.each([
  ['limit', '0'],
  ['limit', '1001'],
  ['limit', '1e2'],
  ['limit', '-1'],
  ['limit', 'many'],
  ['min_ms', '-1'],
  ['min_ms', 'NaN'],
  ['status', '99'],
  ['status', '600'],
  ['status', '2xx'],
  ['region', '%00'],
  ['image', 'a'.repeat(256)],
  ['route', 'a&route=b'],
  ['reigon', 'RegionOne'],
  ['__proto__', 'a'],
])('the parameter %s=%s is refused by its name', async (parameter, value) => {
  const response = await get(`/api/traces?${parameter}=${value}`);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    parameter,
    error: expect.stringContaining(parameter),
  });
});

test('a held trace comes with its spans, any other id is a JSON 404', async () => {
  const { store } = storeOf([SUMMARY]);
  const held = await get(`/api/traces/${TRACE_ID.toUpperCase()}`, { traces: store });
  expect(await held.json()).toEqual({ ...SUMMARY, tree: [] });
  for (const id of ['f'.repeat(32), 'nonsense', '%2e%2e']) {
    const response = await get(`/api/traces/${id}`, { traces: store });
    expect(response.status).toBe(404);
    expect(await response.json()).toHaveProperty('error');
  }
});

test('the cache is told tier by tier, nearest first', async () => {
  const response = await get('/api/cache', { tiers: TIERS });
  expect(await response.json()).toEqual({
    tiers: [
      { name: 'memory', bytes: 256, maxBytes: 1024, entries: 2, fullness: 0.25 },
      { name: 'redis', bytes: 10, maxBytes: null, entries: 1, fullness: null },
    ],
  });
});

test.each(['/', '/livez', '/readyz', '/metrics', '/api/traces', `/api/traces/x`, '/api/cache'])(
  '%s can be read and nothing else',
  async (path) => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      const response = await send(new Request(`http://admin${path}`, { method }));
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe('GET, HEAD');
      expect(await response.json()).toHaveProperty('error');
    }
    const read = await send(new Request(`http://admin${path}`));
    const head = await send(new Request(`http://admin${path}`, { method: 'HEAD' }));
    expect(head.status).toBe(read.status);
    expect(head.headers.get('content-type')).toBe(read.headers.get('content-type'));
    expect(await head.text()).toBe('');
  },
);

test('an unknown path is a JSON 404', async () => {
  for (const path of ['/nowhere', '/api', '/v2/images', '/livez/']) {
    const response = await get(path);
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  }
});

test('no answer may be kept or sniffed', async () => {
  for (const path of ['/', '/livez', '/nowhere']) {
    const { headers } = await get(path);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  }
});

test('the page tells readiness, fullness and the latest calls, and links the rest', async () => {
  const { store } = storeOf([SUMMARY]);
  const state = { ready: false, reasons: ['draining', 'no region answers'] };
  const response = await get('/', { traces: store, tiers: TIERS, ready: () => state });
  const page = await response.text();
  expect(page).toContain('draining; no region answers');
  expect(page).toMatch(/<meter [^>]*value="0.25"[^>]*>25 %<\/meter>/);
  expect(page).toContain('1.0 KiB');
  expect(page).toContain(`href="/api/traces/${TRACE_ID}"`);
  for (const path of ['/metrics', '/api/traces', '/api/cache', '/readyz', '/livez']) {
    expect(page).toContain(`href="${path}"`);
  }
});

test('the page says so when there is nothing to show', async () => {
  const page = await (await get('/')).text();
  expect(page).toContain('No call has ended yet.');
  expect(page).toContain('nothing is cached');
});

test('the page can load nothing but its own style sheet', async () => {
  const response = await get('/');
  const policy = response.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain('unsafe');
  const page = await response.text();
  expect(page).not.toMatch(/<script|style=|https?:|\son\w+=/);
  const [, sheet = ''] = /<link rel="stylesheet" href="([^"]+)">/.exec(page) ?? [];
  expect((await get(sheet)).headers.get('content-type')).toBe('text/css; charset=utf-8');
});

test('what a call brings into the page is escaped', async () => {
  const hostile = { ...SUMMARY, name: '<script>alert(1)</script>', region: '"><img src=x>' };
  const { store } = storeOf([hostile]);
  const page = await (await get('/', { traces: store })).text();
  expect(page).not.toMatch(/<script|<img/);
  expect(page).toContain('&lt;script&gt;');
});

const SUMMARY: TraceSummary = {
  traceId: TRACE_ID,
  name: 'GET /v2/images/{image_id}/file',
  startTime: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
  durationMs: 12.34,
  status: 200,
  route: '/v2/images/{image_id}/file',
  region: 'RegionOne',
  image: '11111111-2222-4333-8444-555555555555',
  outcome: 'glance-edge; hit; detail=memory',
  requestId: 'req-1',
  error: null,
  spans: 3,
};

const TIERS = [
  tier('memory', { bytes: 256, maxBytes: 1024, entries: 2 }),
  tier('redis', { bytes: 10, maxBytes: null, entries: 1 }),
];

function tier(name: TierName, usage: TierUsage): Tier {
  return {
    name,
    lookup: () => Promise.resolve({ kind: 'miss' }),
    store: () => Promise.resolve({ kind: 'refused', reason: 'full' }),
    remove: () => Promise.resolve(true),
    usage: () => usage,
  };
}

function storeOf(held: readonly TraceSummary[]): { store: TraceStore; asked: TraceFilter[] } {
  const asked: TraceFilter[] = [];
  const store: TraceStore = {
    list(filter) {
      asked.push(filter);
      return held;
    },
    get(traceId): StoredTrace | null {
      const found = held.find((trace) => trace.traceId === traceId);
      return found ? { ...found, tree: [] } : null;
    },
    watch: () => () => undefined,
  };
  return { store, asked };
}

async function get(path: string, sources: Partial<AdminSources> = {}): Promise<Response> {
  return send(new Request(`http://admin${path}`), sources);
}

async function send(request: Request, sources: Partial<AdminSources> = {}): Promise<Response> {
  const app = createAdminApp({
    traces: storeOf([]).store,
    metrics: () => Promise.resolve(''),
    tiers: [],
    ready: () => ({ ready: true, reasons: [] }),
    version: '1.2.3',
    ...sources,
  });
  return app.fetch(request);
}
