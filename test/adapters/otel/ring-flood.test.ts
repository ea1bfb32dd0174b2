// What strangers can do to the ring of traces: crowd out their own calls, and nobody else's.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { createTraceRing, type RingBounds } from '../../../src/adapters/otel/ring.ts';
import type { HeaderList } from '../../../src/core/headers.ts';
import { requestAttributes } from '../../../src/http/call-attributes.ts';
import type { TraceStore } from '../../../src/ports/trace-store.ts';
import type { Span, SpanAttributes, Tracing } from '../../../src/ports/tracing.ts';
import { tracingInto } from './finished-spans.ts';

const DATA = '/v2/images/{image_id}/file';
const ALL = { limit: 1000 };

test.each<[string, SpanAttributes]>([
  ['without a token', { 'http.response.status_code': 401, 'http.route': DATA }],
  ['that hang up', { 'http.response.status_code': 499, 'http.route': DATA }],
  ['asking for versions', { 'http.response.status_code': 300, 'http.route': '/' }],
])('calls %s leave a fair part of the room to those that were served', async (_, junk) => {
  const { tracing, store } = open({ keep: 20 });
  const ended = Date.now() + 60_000;
  for (let n = 0; n < 20; n += 1) download(tracing).end(ended);
  for (let n = 0; n < 500; n += 1) call(tracing, junk).end(ended);
  expect((await store.list({ limit: 20, route: DATA, status: 200 })).length).toBeGreaterThanOrEqual(
    6,
  );
});

test('refused calls are never the slow ones, however long they took', () => {
  const { tracing, store } = open({ keep: 20 });
  const begin = Date.now() + 1000;
  for (let n = 0; n < 50; n += 1) {
    call(tracing, { 'http.response.status_code': 401, 'http.route': DATA }).end(begin + 1e6 + n);
  }
  const slow = download(tracing);
  slow.end(begin + 5000);
  for (let n = 0; n < 50; n += 1) download(tracing).end(begin);
  expect(store.get(slow.context.traceId)).not.toBeNull();
});

test('calls that never end, with hundreds of others under their ids, leave room for the rest', async () => {
  const { tracing, store } = open({ keep: 4, spans: 64, spansPerTrace: 16 });
  const held = Array.from({ length: 6 }, (_, n) => caller(n));
  for (const headers of held) {
    call(tracing, {}, headers);
    for (let n = 0; n < 20; n += 1) call(tracing, {}, headers).end();
  }
  const wanted = [download(tracing), download(tracing)];
  for (const span of wanted) span.end();
  const listed = (await store.list(ALL)).map(({ traceId }) => traceId);
  for (const span of wanted) expect(listed).toContain(span.context.traceId);
});

test('a trace is held once, also when a call of it began before it was forgotten', async () => {
  const { tracing, store } = open({ keep: 8 });
  const first = call(tracing, {}, caller(1));
  for (let n = 0; n < 1024; n += 1) call(tracing);
  const second = call(tracing, {}, caller(1));
  first.end();
  second.fail('origin-cut', 'cut');
  second.end();
  expect(await store.list(ALL)).toMatchObject([{ traceId: second.context.traceId, spans: 2 }]);
});

test('a trace that is held does not hold what the rest of its request was', async () => {
  const { tracing, store } = open({ keep: 400 });
  const before = heapBytes();
  for (let n = 0; n < 400; n += 1) {
    const target = long(`/v2/images/00000000-0000-4000-8000-${String(n).padStart(12, '0')}?`);
    const head = { method: 'GET', target, scheme: 'http', host: 'edge.example' } as const;
    const headers: HeaderList = [
      ['user-agent', long(`agent ${n}`)],
      ['traceparent', long(`01-${'a'.repeat(28)}${1000 + n}-${'b'.repeat(16)}-01-`)],
    ];
    tracing
      .server('GET', headers, defined(requestAttributes(head, headers, null, undefined)))
      .end();
  }
  expect(await store.list(ALL)).toHaveLength(400);
  // 400 requests of 48 KiB are 19 MiB.
  expect(heapBytes() - before).toBeLessThan(4 * 2 ** 20);
});

function open(bounds: RingBounds): { tracing: Tracing; store: TraceStore } {
  const { processor, store } = createTraceRing(bounds);
  return { tracing: tracingInto([processor]), store };
}

function call(tracing: Tracing, attributes: SpanAttributes = {}, headers: HeaderList = []): Span {
  return tracing.server('GET', headers, attributes);
}

function download(tracing: Tracing): Span {
  return call(tracing, { 'http.response.status_code': 200, 'http.route': DATA });
}

function caller(n: number): HeaderList {
  return [['traceparent', `00-${String(n + 1).padStart(32, '0')}-${'b'.repeat(16)}-01`]];
}

/** One piece of memory, as what comes off a socket is. */
function long(start: string): string {
  return Buffer.from(start.padEnd(16 * 1024, 'x')).toString('latin1');
}

function defined(attributes: object): SpanAttributes {
  return Object.fromEntries(
    Object.entries(attributes).filter(([, value]) => value !== undefined),
  ) as SpanAttributes;
}

function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
  return process.memoryUsage().heapUsed;
}
