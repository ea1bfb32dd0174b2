// The admin face: what operators, probes and scrapers are answered.
import { expect, test } from 'vitest';
import type { Tier, TierName, TierUsage } from '../../src/ports/tier.ts';
import { get, openAdmin } from './admin-stage.ts';

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

test('metrics come in the format of their source', async () => {
  const response = await get('/metrics', {
    metrics: () =>
      Promise.resolve({ body: 'up 1\n', contentType: 'text/plain; version=0.0.4; charset=utf-8' }),
  });
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(await response.text()).toBe('up 1\n');
});

test('a failure inside is a JSON 500 that tells nothing of its cause', async () => {
  const response = await get('/metrics', { metrics: () => Promise.reject(new Error('gAAAA')) });
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain('gAAAA');
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

test.each([
  '/livez',
  '/readyz',
  '/metrics',
  '/api/traces',
  '/api/traces/tail',
  '/api/traces/x',
  '/api/overview',
  '/api/images',
  '/api/images/x',
  '/api/cache',
])('%s can be read and nothing else', async (path) => {
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
    const response = await openAdmin().fetch(new Request(`http://admin${path}`, { method }));
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD');
    expect(await response.json()).toHaveProperty('error');
  }
  const read = await openAdmin().fetch(new Request(`http://admin${path}`));
  const head = await openAdmin().fetch(new Request(`http://admin${path}`, { method: 'HEAD' }));
  expect(head.status).toBe(read.status);
  expect(head.headers.get('content-type')).toBe(read.headers.get('content-type'));
  expect(await head.text()).toBe('');
});

test('an unknown path is a JSON 404', async () => {
  for (const path of ['/nowhere', '/api', '/v2/images', '/livez/']) {
    const response = await get(path);
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  }
});

test('no answer may be kept, sniffed, framed, or read by other sites', async () => {
  for (const path of ['/', '/livez', '/nowhere', '/api/overview']) {
    const { headers } = await get(path);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
  }
});

const TIERS = [
  tier('memory', { bytes: 256, maxBytes: 1024, entries: 2 }),
  tier('redis', { bytes: 10, maxBytes: null, entries: 1 }),
];

function tier(name: TierName, usage: TierUsage): Tier {
  return {
    name,
    lookup: () => Promise.resolve({ kind: 'miss' }),
    lookupPart: () => Promise.resolve({ kind: 'miss' }),
    store: () => Promise.resolve({ kind: 'refused', reason: 'full' }),
    remove: () => Promise.resolve(true),
    usage: () => usage,
  };
}
