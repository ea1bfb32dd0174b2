// By which names the admin face answers: a web page that gave its own name this address gets nothing.
import { expect, test } from 'vitest';
import { openAdmin, SUMMARY, storeOf, TRACE_ID } from './admin-stage.ts';

const { store } = storeOf([SUMMARY]);

test.each([
  '127.0.0.1:9394',
  '192.0.2.7',
  '[::1]:9394',
  'localhost:9394',
  'edge1',
  'edge1.local',
  'glance-edge.openstack.svc:9394',
  'glance-edge.openstack.svc.cluster.local',
  'edge1.site.internal',
  'gateway.home.arpa',
  'edge1.site.example:9394',
  'EDGE1.site.example',
])('%s is a name of its own', async (host) => {
  expect((await ask(host, '/api/traces')).status).toBe(200);
});

test.each([
  'attacker.example',
  '127.0.0.1.attacker.example',
  'localhost.attacker.example',
  'edge1.site.example.attacker.example',
  'local.example',
])('%s is refused what calls have left behind', async (host) => {
  for (const path of ['/', '/api/traces', `/api/traces/${TRACE_ID}`, '/jaeger/api/traces']) {
    const response = await ask(host, path);
    expect(response.status).toBe(421);
    expect(await response.text()).not.toContain(TRACE_ID);
  }
});

test('probes and scrapers may use any name', async () => {
  for (const path of ['/livez', '/readyz', '/metrics']) {
    expect((await ask('edge.public.example', path)).status).toBe(200);
  }
});

test.each([
  [
    'what a page of another site loads',
    { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors' },
    403,
  ],
  ['its own page', { 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Mode': 'cors' }, 200],
  [
    'a link that was followed from there',
    { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' },
    200,
  ],
])('%s is answered accordingly', async (_, headers, status) => {
  expect((await ask('127.0.0.1:9394', '/api/traces', headers)).status).toBe(status);
});

async function ask(
  host: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  const admin = openAdmin({ traces: store, hosts: new Set(['edge1.site.example']) });
  return admin.fetch(new Request(`http://${host}${path}`, { headers }));
}
