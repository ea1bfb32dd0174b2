// A profile signed by an OpenStack client, through the whole gateway: one trace here, and Glance asked
// for its points under it; whatever is not signed changes nothing.
import { expect, test } from 'vitest';
import { hmacSha1 } from '../../src/adapters/hmac-sha1.ts';
import { type HeaderList, headerValues } from '../../src/core/headers.ts';
import { parentIdOf, profileHeaders, readProfile } from '../../src/core/osprofiler.ts';
import { ask } from './stage/client.ts';
import { filePath, recordPath } from './stage/edge.ts';
import { eventually, KIB, metric, openScene, settled } from './stage/scene.ts';

const KEYS = ['newest', 'older'];
const BASE = '7d3f2c1a-9b4e-4f60-8a51-0c2d4e6f8091';
const TRACE = BASE.replaceAll('-', '');

const ids = { baseId: BASE, parentId: '1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed' };
const signedBy = (key: string) => Object.fromEntries(profileHeaders(ids, key, hmacSha1));
const withKeys = { tracing: { osprofiler_hmac_keys: KEYS } };

const profileSent = (headers: HeaderList) => {
  const reading = readProfile(headers, KEYS, hmacSha1);
  return reading.kind === 'verified' ? reading.profile : null;
};

test('every call that a profiled download makes to Glance asks for points under its own span', async () => {
  const { origin, edge } = await openScene(withKeys);
  const image = await origin.seed({ size: 300 * KIB });
  const reply = await ask(edge.url + filePath(image), { headers: signedBy('older') });
  expect(reply.headers['x-trace-id']).toBe(TRACE);
  await settled(edge);
  await origin.ledger.idle();
  expect(origin.ledger.calls.length).toBeGreaterThanOrEqual(3);
  for (const { headers } of origin.ledger.calls) {
    const [, trace, span = ''] = headerValues(headers, 'traceparent')[0]?.split('-') ?? [];
    expect(trace).toBe(TRACE);
    expect(profileSent(headers)).toEqual({ baseId: BASE, parentId: parentIdOf(span), keyIndex: 1 });
  }
});

test('a relayed call goes on with our signature alone', async () => {
  const { origin, edge } = await openScene(withKeys);
  await ask(`${edge.url}/v2/schemas/image`, { headers: signedBy('newest') });
  const [call] = origin.ledger.calls;
  expect(headerValues(call?.headers ?? [], 'x-trace-info')).toHaveLength(1);
  expect(profileSent(call?.headers ?? [])).toMatchObject({ baseId: BASE, keyIndex: 0 });
  expect(profileSent(call?.headers ?? [])?.parentId).not.toBe(ids.parentId);
});

test('a signature that is none of ours is counted, and neither believed nor passed on', async () => {
  const { origin, edge } = await openScene(withKeys);
  const reply = await ask(`${edge.url}/v2/schemas/image`, { headers: signedBy('stranger') });
  expect(reply.status).toBe(200);
  expect(reply.headers['x-trace-id']).not.toBe(TRACE);
  expect(headerValues(origin.ledger.calls[0]?.headers ?? [], 'x-trace-info')).toEqual([]);
  const counted = /^glance_edge_osprofiler_refusals_total\{.*reason="signature"/;
  await eventually(async () => (await metric(edge, counted)) === 1);
});

test('without keys the headers are relayed as they came', async () => {
  const { origin, edge } = await openScene();
  const headers = signedBy('newest');
  const reply = await ask(`${edge.url}/v2/schemas/image`, { headers });
  expect(reply.headers['x-trace-id']).not.toBe(TRACE);
  const sent = origin.ledger.calls[0]?.headers ?? [];
  expect(headerValues(sent, 'x-trace-info')).toEqual([headers['X-Trace-Info']]);
  expect(headerValues(sent, 'x-trace-hmac')).toEqual([headers['X-Trace-HMAC']]);
});

test('baggage and tracestate go on with a call, joined and within their bounds', async () => {
  const { origin, edge } = await openScene();
  const image = await origin.seed({ size: KIB });
  const headers = {
    traceparent: `00-${TRACE}-b7ad6b7169203331-01`,
    tracestate: ['rojo=1', 'congo=2'],
    baggage: ['tenant=edge', 'job=7;p=1'],
  };
  await ask(edge.url + recordPath(image), { headers });
  await ask(edge.url + recordPath(image), { headers: { ...headers, baggage: 'x'.repeat(8193) } });
  const [first, second] = origin.ledger.calls.map((call) => call.headers);
  expect(headerValues(first ?? [], 'tracestate')).toEqual(['rojo=1,congo=2']);
  expect(headerValues(first ?? [], 'baggage')).toEqual(['tenant=edge,job=7;p=1']);
  expect(headerValues(second ?? [], 'baggage')).toEqual([]);
});
