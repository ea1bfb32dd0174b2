// What traces can be found by, in the list and as they end.
import { expect, test } from 'vitest';
import { createTraceRing } from '../../../src/adapters/otel/ring.ts';
import type { HeaderList } from '../../../src/core/headers.ts';
import type { OutcomeWord, TraceStore, TraceSummary } from '../../../src/ports/trace-store.ts';
import type { SpanAttributes, Tracing } from '../../../src/ports/tracing.ts';
import { listening } from '../../support/trace-listener.ts';
import { tracingInto } from './finished-spans.ts';

const IMAGE = '11111111-2222-4333-8444-555555555555';

test.each<[OutcomeWord, string | null]>([
  ['hit', 'glance-edge; hit; detail=memory'],
  ['hit', 'glance-edge; hit; ttl=-3'],
  ['uri-miss', 'glance-edge; fwd=uri-miss; stored'],
  ['collapsed', 'glance-edge; fwd=uri-miss; collapsed'],
  ['bypass', 'glance-edge; fwd=bypass; detail=relay'],
  ['method', 'glance-edge; fwd=method'],
  ['partial', 'glance-edge; fwd=partial; stored'],
  ['none', null],
])('the outcome %s is that of %s', async (outcome, cacheStatus) => {
  const { tracing, store } = open();
  const attributes = cacheStatus === null ? {} : { 'glance_edge.cache_status': cacheStatus };
  const ended = call(tracing, attributes);
  expect(await found(store, { outcome })).toEqual([ended]);
  for (const other of OTHERS.filter((word) => word !== outcome)) {
    expect(await found(store, { outcome: other })).toEqual([]);
  }
});

test('a call with an error is an error whatever else it is', async () => {
  const { tracing, store } = open();
  call(tracing, { 'glance_edge.cache_status': 'glance-edge; fwd=uri-miss' });
  const span = tracing.server('GET', [], { 'glance_edge.cache_status': 'glance-edge; fwd=stale' });
  span.fail('origin-cut', 'cut');
  span.end();
  expect(await found(store, { outcome: 'error' })).toEqual([span.context.traceId]);
  expect(await found(store, { outcome: 'stale' })).toEqual([span.context.traceId]);
});

test.each([
  ['the image', IMAGE.slice(0, 13).toUpperCase()],
  ['the request', 'REQ-0001'],
  ["the caller's request", 'req-nova'],
])('a trace is found by a part of the id of %s', async (_, text) => {
  const { tracing, store } = open();
  call(tracing, { 'glance_edge.image.id': 'other', 'glance_edge.request_id': 'req-2' });
  const wanted = call(tracing, {
    'glance_edge.image.id': IMAGE,
    'glance_edge.request_id': 'req-0001',
    'glance_edge.global_request_id': 'req-nova-1',
  });
  expect(await found(store, { text })).toEqual([wanted]);
});

test('a trace is found by its own id and by that of its origin', async () => {
  const { tracing, store } = open();
  call(tracing);
  const server = tracing.server('GET', [], {});
  const attributes = { 'glance_edge.origin.request_id': 'req-glance' };
  tracing.child(server.context, 'origin GET', 'client', attributes).end();
  server.end();
  const { traceId } = server.context;
  expect(await found(store, { text: traceId.toUpperCase() })).toEqual([traceId]);
  expect(await found(store, { text: 'req-glance' })).toEqual([traceId]);
  expect(await found(store, { text: 'elsewhere' })).toEqual([]);
});

test('whoever watches is told of each call that matches, once, until they stop', () => {
  const { tracing, store } = open();
  const told: TraceSummary[] = [];
  const stop = store.watch(
    { region: 'RegionTwo' },
    listening((ended) => told.push(ended)),
  );
  call(tracing, { 'glance_edge.region': 'RegionOne' });
  const first = call(tracing, { 'glance_edge.region': 'RegionTwo' });
  expect(told.map(({ traceId }) => traceId)).toEqual([first]);
  expect(told[0]).toMatchObject({ region: 'RegionTwo', spans: 1 });

  stop();
  call(tracing, { 'glance_edge.region': 'RegionTwo' });
  expect(told).toHaveLength(1);
});

test('what another worker asks within a call is told of by that one', () => {
  const { tracing, store } = open();
  const told: TraceSummary[] = [];
  store.watch(
    {},
    listening((ended) => told.push(ended)),
  );
  call(tracing, { 'glance_edge.sibling': true });
  expect(told).toEqual([]);
});

test('of several calls in one trace each is told in its own words', () => {
  const { tracing, store } = open();
  const told: (string | null)[] = [];
  store.watch(
    {},
    listening(({ route }) => told.push(route)),
  );
  const headers: HeaderList = [['traceparent', `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`]];
  call(tracing, { 'http.route': '/v2/images/{image_id}' }, headers);
  call(tracing, { 'http.route': '/v2/images/{image_id}/file' }, headers);
  expect(told).toEqual(['/v2/images/{image_id}', '/v2/images/{image_id}/file']);
});

const OTHERS: readonly OutcomeWord[] = ['hit', 'uri-miss', 'collapsed', 'bypass', 'error', 'none'];

function open(): { tracing: Tracing; store: TraceStore } {
  const { processor, store } = createTraceRing({ keep: 10 });
  return { tracing: tracingInto([processor]), store };
}

/** A call from its beginning to its end; gives its trace id. */
function call(tracing: Tracing, attributes: SpanAttributes = {}, headers: HeaderList = []): string {
  const span = tracing.server('GET', headers, attributes);
  span.end();
  return span.context.traceId;
}

async function found(
  store: TraceStore,
  filter: { outcome?: OutcomeWord; text?: string },
): Promise<string[]> {
  return (await store.list({ limit: 1000, ...filter })).map(({ traceId }) => traceId);
}
