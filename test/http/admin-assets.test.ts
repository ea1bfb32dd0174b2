// The files of the page, and who may load them.
import { expect, test } from 'vitest';
import type { PageAsset } from '../../src/http/admin/assets.ts';
import { openAdmin } from './admin-stage.ts';

const PAGE = { contentType: 'text/html; charset=utf-8', body: '<!doctype html>é' };
const SCRIPT = { contentType: 'text/javascript', body: new TextEncoder().encode('export {};') };
const ASSETS = new Map<string, PageAsset>([
  ['/', PAGE],
  ['/main.js', SCRIPT],
]);

test('each file is served as what it is', async () => {
  const page = await ask('/');
  expect(page.headers.get('content-type')).toBe(PAGE.contentType);
  expect(await page.text()).toBe(PAGE.body);
  const script = await ask('/main.js');
  expect(script.headers.get('content-type')).toBe(SCRIPT.contentType);
  expect(await script.text()).toBe('export {};');
  expect((await ask('/main.css')).status).toBe(404);
});

test('the page can load nothing but files of its own origin', async () => {
  const policy = (await ask('/')).headers.get('content-security-policy') ?? '';
  expect(policy.split('; ')).toEqual([
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]);
});

test('a file that the browser has is not sent again', async () => {
  const first = await ask('/main.js');
  expect(first.headers.get('cache-control')).toBe('no-cache');
  const etag = first.headers.get('etag') ?? '';
  for (const known of [etag, `"other", W/${etag}`, '*']) {
    const again = await ask('/main.js', { 'If-None-Match': known });
    expect([again.status, again.headers.get('etag')]).toEqual([304, etag]);
    expect(await again.text()).toBe('');
  }
  expect((await ask('/main.js', { 'If-None-Match': '"other"' })).status).toBe(200);
});

test('files of the same length differ in their tags', async () => {
  const assets = new Map([
    ['/a', { contentType: 'text/plain', body: 'ab' }],
    ['/b', { contentType: 'text/plain', body: 'ba' }],
  ]);
  const admin = openAdmin({ assets });
  const tags = await Promise.all(
    ['/a', '/b'].map(async (path) => {
      const response = await admin.fetch(new Request(`http://admin${path}`));
      return response.headers.get('etag');
    }),
  );
  expect(new Set(tags).size).toBe(2);
});

test('a file can be read and nothing else', async () => {
  const admin = openAdmin({ assets: ASSETS });
  const response = await admin.fetch(new Request('http://admin/', { method: 'POST' }));
  expect(response.status).toBe(405);
});

async function ask(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return openAdmin({ assets: ASSETS }).fetch(new Request(`http://admin${path}`, { headers }));
}
