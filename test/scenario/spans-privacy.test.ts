// What is exported tells nobody's secrets: a mix of calls full of marked tokens, credentials and
// property values, and then a search for each mark in all that left the gateway besides answers.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCollector } from '../adapters/otel/collector.ts';
import { createTroubleOrigin, EXPIRED, OTHER, OWNER, SERVICE } from '../support/trouble-origin.ts';
import { ask } from './stage/client.ts';
import { filePath, recordPath } from './stage/edge.ts';
import { type EdgeProcess, openEdgeProcess } from './stage/edge-process.ts';
import { eventually, KIB, settled } from './stage/scene.ts';

const HMAC_KEY = 'marked-hmac-key';
const MARKS = {
  'an unknown token': 'gAAAAAB-marked-token',
  'a bearer': 'marked-bearer',
  'the password of a location': 'marked-password',
  'the user of a location': 'marked-user',
  'the value of a property': 'marked-property-value',
  'the value of a filter': 'marked-filter',
  'what stands in baggage': 'marked-baggage',
  'a signature of osprofiler': 'marked-hmac-signature',
  'the key of osprofiler': HMAC_KEY,
  'a cookie': 'marked-cookie',
  'the name in a forged identity': 'marked-identity',
} as const;

let origin: Awaited<ReturnType<typeof createTroubleOrigin>>;
let collector: Awaited<ReturnType<typeof openCollector>>;
let edge: EdgeProcess;

beforeAll(async () => {
  origin = await createTroubleOrigin();
  collector = await openCollector();
  edge = await openEdgeProcess({
    regions: { RegionOne: origin },
    tracing: { otlp_endpoint: collector.url, osprofiler_hmac_keys: [HMAC_KEY] },
    cache: { metadata_ttl: '1h', authorization_ttl: '1h' },
  });
});

afterAll(async () => {
  await edge.close();
  await collector[Symbol.asyncDispose]();
  await origin.close();
});

test('no token, credential or property value leaves the gateway in what it tells of calls', async () => {
  await makeCalls();
  const pages = await adminPages();
  edge.signal('SIGTERM');
  await edge.exited;
  const exported = collector.bodies.map((body) => body.toString('latin1')).join('\n');
  // The search would find nothing either if nothing had been told.
  for (const told of [pages, exported, edge.output()]) expect(told).toContain('RegionOne');
  const secrets = { ...MARKS, owner: OWNER, other: OTHER, expired: EXPIRED, service: SERVICE };
  const encoded = (mark: string): string[] => [
    mark,
    encodeURIComponent(mark),
    Buffer.from(mark).toString('base64').replace(/=+$/, ''),
    Buffer.from(mark).toString('hex'),
  ];
  for (const [what, mark] of Object.entries(secrets)) {
    for (const form of encoded(mark)) {
      expect(pages.includes(form), `${what} on the admin face`).toBe(false);
      expect(exported.includes(form), `${what} at the collector`).toBe(false);
      expect(edge.output().includes(form), `${what} in the log`).toBe(false);
    }
  }
});

async function makeCalls(): Promise<void> {
  const attributes = { os_distro: MARKS['the value of a property'] };
  const image = await origin.seed({ size: 200 * KIB, attributes });
  const headers = {
    'X-Service-Token': SERVICE,
    Authorization: `Bearer ${MARKS['a bearer']}`,
    Cookie: `session=${MARKS['a cookie']}`,
    'X-User-Name': MARKS['the name in a forged identity'],
    baggage: `secret=${MARKS['what stands in baggage']}`,
    'X-Trace-Info': Buffer.from('{"base_id":"x","parent_id":"y"}').toString('base64'),
    'X-Trace-HMAC': MARKS['a signature of osprofiler'],
  };
  const login = `${MARKS['the user of a location']}:${MARKS['the password of a location']}@`;
  const location = `http://${login}store.example/v2/images/${image.id}`;
  const patch = JSON.stringify([
    { op: 'add', path: '/hw_note', value: MARKS['the value of a property'] },
    { op: 'add', path: '/locations/-', value: { url: location, metadata: {} } },
  ]);
  const contentType = { 'Content-Type': 'application/openstack-images-v2.1-json-patch' };
  for (const token of [OWNER, OTHER, EXPIRED, MARKS['an unknown token']]) {
    const asking = { token, headers };
    for (const path of [filePath(image), recordPath(image), '/v2/images', '/v2/schemas/image']) {
      await ask(edge.url + path, asking);
      await ask(`${edge.url}${path}?os_distro=${MARKS['the value of a filter']}`, asking);
    }
    await ask(`${edge.url}/v2/images/${encodeURIComponent(location)}/file`, asking);
    await ask(edge.url + recordPath(image), {
      ...asking,
      method: 'PATCH',
      headers: { ...headers, ...contentType },
      body: patch,
    });
    await ask(edge.url + filePath(image), { ...asking, method: 'PUT', body: MARKS['a bearer'] });
  }
  await settled(edge);
  await origin.refuse();
  await ask(edge.url + recordPath(image), { token: MARKS['an unknown token'], headers });
}

async function adminPages(): Promise<string> {
  const page = async (path: string): Promise<string> =>
    (await ask(edge.admin + path, { token: null })).body.toString();
  let listed = '';
  await eventually(async () => {
    listed = await page('/api/traces?limit=1000');
    return listed.includes('"status":503');
  });
  const { traces } = JSON.parse(listed) as { traces: readonly { traceId: string }[] };
  const trees = await Promise.all(traces.map(({ traceId }) => page(`/api/traces/${traceId}`)));
  const rest = ['/metrics', '/api/overview', '/jaeger/api/traces?service=glance-edge&limit=1000'];
  return [listed, ...trees, ...(await Promise.all(rest.map(page)))].join('\n');
}
