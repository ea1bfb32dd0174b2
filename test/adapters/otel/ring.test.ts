// The ring of traces: what it holds, what it lets go, and what it says of a trace.
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createTraceRing, type RingBounds } from '../../../src/adapters/otel/ring.ts';
import type { HeaderList } from '../../../src/core/headers.ts';
import type { TraceStore } from '../../../src/ports/trace-store.ts';
import type { Span, SpanAttributes, Tracing } from '../../../src/ports/tracing.ts';
import { listening } from '../../support/trace-listener.ts';
import { tracingInto } from './finished-spans.ts';

function open(bounds: RingBounds): { tracing: Tracing; store: TraceStore } {
  const { processor, store } = createTraceRing(bounds);
  return { tracing: tracingInto([processor]), store };
}

function call(tracing: Tracing, attributes: SpanAttributes = {}, headers: HeaderList = []): Span {
  return tracing.server('GET /v2/images/{image_id}', headers, attributes);
}

const ALL = { limit: 1000 };

test('a trace is told in the words of its call, with its spans in order of time', async () => {
  const { tracing, store } = open({ keep: 3 });
  const server = call(tracing, {
    'http.response.status_code': 200,
    'http.route': '/v2/images/{image_id}',
    'glance_edge.region': 'RegionOne',
    'glance_edge.image.id': 'abc',
    'glance_edge.cache_status': 'glance-edge; hit; detail=memory',
    'glance_edge.request_id': 'req-1',
  });
  const child = tracing.child(server.context, 'origin', 'client', { n: 1 });
  const { traceId, spanId } = server.context;
  child.link({ ...server.context, traceId: 'a'.repeat(32), spanId }, { why: 'shared' });
  child.event('retry', { attempt: 2 });
  child.fail('origin-cut', 'cut');
  child.end();
  server.end();

  const summary = {
    traceId,
    name: 'GET /v2/images/{image_id}',
    startTime: expect.any(Number),
    durationMs: expect.any(Number),
    status: 200,
    route: '/v2/images/{image_id}',
    region: 'RegionOne',
    image: 'abc',
    outcome: 'glance-edge; hit; detail=memory',
    requestId: 'req-1',
    error: null,
    spans: 2,
  };
  expect(await store.list(ALL)).toEqual([summary]);
  expect(store.get(traceId)).toEqual({
    ...summary,
    tree: [
      expect.objectContaining({ spanId, parentSpanId: null, kind: 'server' }),
      {
        spanId: child.context.spanId,
        parentSpanId: spanId,
        name: 'origin',
        kind: 'client',
        startTime: expect.any(Number),
        durationMs: expect.any(Number),
        error: 'origin-cut: cut',
        attributes: { n: 1, 'error.type': 'origin-cut' },
        events: [{ name: 'retry', time: expect.any(Number), attributes: { attempt: 2 } }],
        links: [{ traceId: 'a'.repeat(32), spanId, attributes: { why: 'shared' } }],
      },
    ],
  });
});

test('the last traces are kept, newest first', async () => {
  const { tracing, store } = open({ keep: 2 });
  const ids = [1, 2, 3].map(() => {
    const span = call(tracing);
    span.end();
    return span.context.traceId;
  });
  expect((await store.list(ALL)).map(({ traceId }) => traceId)).toEqual([ids[2], ids[1]]);
  expect((await store.list({ limit: 1 })).map(({ traceId }) => traceId)).toEqual([ids[2]]);
  expect(store.get(ids[0] ?? '')).toBeNull();
});

test('a call under way is not listed, and many short calls do not push it out', () => {
  const { tracing, store } = open({ keep: 2 });
  const long = call(tracing, { long: true });
  const child = tracing.child(long.context, 'chunk', 'internal', {});
  for (let n = 0; n < 50; n += 1) call(tracing).end();
  expect(store.get(long.context.traceId)).toBeNull();
  child.end();
  long.end();
  expect(store.get(long.context.traceId)?.tree).toHaveLength(2);
});

test('a fill that outlives its call still joins the trace', () => {
  const { tracing, store } = open({ keep: 2 });
  const server = call(tracing);
  const fill = tracing.child(server.context, 'fill', 'internal', {});
  server.end();
  expect(store.get(server.context.traceId)?.spans).toBe(1);
  fill.end();
  expect(store.get(server.context.traceId)).toMatchObject({
    spans: 2,
    tree: [{ name: 'GET /v2/images/{image_id}' }, { name: 'fill' }],
  });
});

test('a span whose trace is gone is let go too', async () => {
  const { tracing, store } = open({ keep: 1 });
  const server = call(tracing);
  const fill = tracing.child(server.context, 'fill', 'internal', {});
  server.end();
  call(tracing).end();
  fill.end();
  expect(await store.list(ALL)).toHaveLength(1);
  expect(store.get(server.context.traceId)).toBeNull();
});

test('several calls under one trace id are one trace, told by the longest that the filter lets through', async () => {
  const { tracing, store } = open({ keep: 5 });
  const caller: HeaderList = [['traceparent', `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`]];
  const record = call(tracing, { 'http.route': 'record' }, caller);
  const data = call(tracing, { 'http.route': 'data' }, caller);
  const begin = Date.now() + 1000;
  record.end(begin + 5);
  data.end(begin + 900);
  expect(await store.list(ALL)).toMatchObject([{ route: 'data', spans: 2 }]);
  expect(await store.list({ limit: 9, route: 'record' })).toMatchObject([
    { route: 'record', spans: 2 },
  ]);
  expect(store.get('a'.repeat(32))?.tree).toHaveLength(2);
});

test('every filter lets through what it names only', async () => {
  const { tracing, store } = open({ keep: 5 });
  const begin = Date.now() + 1000;
  for (const name of ['one', 'two']) {
    const span = call(tracing, {
      'glance_edge.region': name,
      'glance_edge.image.id': name,
      'http.route': name,
      'http.response.status_code': name === 'one' ? 200 : 404,
    });
    span.end(name === 'one' ? begin : begin + 100_000);
  }
  const found = async (filter: object): Promise<(string | null)[]> =>
    (await store.list({ limit: 9, ...filter })).map(({ region }) => region);
  expect(await found({})).toEqual(['two', 'one']);
  expect(await found({ region: 'one' })).toEqual(['one']);
  expect(await found({ image: 'two' })).toEqual(['two']);
  expect(await found({ route: 'one' })).toEqual(['one']);
  expect(await found({ status: 404 })).toEqual(['two']);
  expect(await found({ minMs: 50_000 })).toEqual(['two']);
  expect(await found({ region: 'one', status: 404 })).toEqual([]);
});

test('the spans of one trace are bounded, its call is always among them, and all are counted', () => {
  const { tracing, store } = open({ keep: 2, spansPerTrace: 4 });
  const server = call(tracing);
  for (let n = 0; n < 10; n += 1) {
    tracing.child(server.context, `chunk ${n}`, 'internal', {}).end();
  }
  server.end();
  const held = store.get(server.context.traceId);
  expect(held?.spans).toBe(11);
  expect(held?.tree).toHaveLength(4);
  expect(held?.tree.map(({ name }) => name)).toContain('GET /v2/images/{image_id}');
});

test('the spans of all traces together are bounded, the oldest trace goes first', async () => {
  const { tracing, store } = open({ keep: 100, spans: 10 });
  for (let n = 0; n < 20; n += 1) {
    const server = call(tracing, { 'glance_edge.region': String(n) });
    for (let m = 0; m < 3; m += 1) tracing.child(server.context, 'x', 'internal', {}).end();
    server.end();
  }
  expect((await store.list(ALL)).map(({ region }) => region)).toEqual(['19', '18']);
});

test('calls that never end do not pile up', async () => {
  const { tracing, store } = open({ keep: 1 });
  const first = call(tracing);
  for (let n = 0; n < 1024; n += 1) call(tracing);
  first.end();
  expect(await store.list(ALL)).toEqual([]);
});

test('values over the limit are dropped, in events and links as well', () => {
  const { tracing, store } = open({ keep: 1 });
  const server = call(tracing, {
    fits: 'a'.repeat(1024),
    long: 'a'.repeat(1025),
    list: ['a'.repeat(600), 'b'.repeat(600)],
  });
  server.event('e', { long: 'a'.repeat(1025) });
  server.link(server.context, { long: 'a'.repeat(1025) });
  server.fail('internal', 'x'.repeat(5000));
  server.end();
  const [span] = store.get(server.context.traceId)?.tree ?? [];
  expect(Object.keys(span?.attributes ?? {}).sort()).toEqual(['error.type', 'fits']);
  expect(span?.events[0]?.attributes).toEqual({});
  expect(span?.links[0]?.attributes).toEqual({});
  expect(span?.error).toHaveLength(1024);
});

test('keeping no trace holds nothing', async () => {
  const { tracing, store } = open({ keep: 0 });
  call(tracing).end();
  expect(await store.list(ALL)).toEqual([]);
});

test('an error outlives the ordinary calls after it', async () => {
  const { tracing, store } = open({ keep: 8 });
  const failed = call(tracing);
  failed.fail('origin-cut', 'cut');
  failed.end();
  for (let n = 0; n < 100; n += 1) call(tracing).end();
  expect(await store.list(ALL)).toHaveLength(8);
  expect(store.get(failed.context.traceId)?.error).toBe('origin-cut: cut');
});

test('of more hits than anybody looks at only some are held, but every miss and every error', async () => {
  const { tracing, store } = open({ keep: 2_500, spans: 100_000 });
  const many = (count: number, attributes: SpanAttributes): string[] =>
    Array.from({ length: count }, () => {
      const span = call(tracing, attributes);
      span.end();
      return span.context.traceId;
    });
  const hit = { 'glance_edge.cache_status': 'glance-edge; hit; detail=memory' };
  const miss = { 'glance_edge.cache_status': 'glance-edge; fwd=uri-miss; stored' };
  const watched: string[] = [];
  store.watch(
    {},
    listening(({ traceId }) => watched.push(traceId)),
  );
  const hits = many(8_000, hit);
  const misses = many(10, miss);
  const failed = call(tracing, hit);
  failed.fail('internal', 'broken');
  failed.end();

  const held = new Set((await store.list({ limit: 10_000 })).map(({ traceId }) => traceId));
  expect(misses.filter((id) => !held.has(id))).toEqual([]);
  expect(held.has(failed.context.traceId)).toBe(true);
  // The last of them came when twice as many as are kept had been held.
  const last = hits.slice(-500).filter((id) => held.has(id));
  expect(last.length).toBeLessThan(500);
  expect(watched).toHaveLength(8_011);
});

test('a look at many traces lets others have their turn, and tells of none twice', async () => {
  const { tracing, store } = open({ keep: 30_000 });
  const parent: HeaderList = [['traceparent', `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`]];
  const wanted = { 'glance_edge.region': 'one' };
  call(tracing, wanted, parent).end();
  const underWay = call(tracing, wanted, parent);
  for (let n = 0; n < 25_000; n += 1) call(tracing, { 'glance_edge.region': 'two' }).end();
  const told: string[] = [];
  const looking = store.list({ limit: 10, region: 'one' }).finally(() => told.push('answer'));
  await setImmediate();
  // From here on its trace is held in another place.
  underWay.end();
  told.push('ended');
  expect(await looking).toHaveLength(1);
  expect(told).toEqual(['ended', 'answer']);
});
