// The Tracing port over OpenTelemetry and as a no-op: continuing traces, and carrying them on.
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';
import { createNoopTracing } from '../../../src/adapters/otel/tracing.ts';
import type { HeaderList } from '../../../src/core/headers.ts';
import type { Tracing } from '../../../src/ports/tracing.ts';
import { tracingIntoList } from './finished-spans.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const TRACEPARENT = `00-${TRACE}-${PARENT}-01`;

function noop(): Tracing {
  return createNoopTracing({ uuid: () => crypto.randomUUID() });
}

describe.each([
  ['OpenTelemetry', () => tracingIntoList().tracing],
  ['no-op', noop],
])('tracing by %s', (_name, open) => {
  test('every call has a valid trace id, another each time', () => {
    const tracing = open();
    const [one, two] = [1, 2].map(() => tracing.server('GET', [], {}).context);
    expect(one?.traceId).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
    expect(one?.spanId).toMatch(/^(?!0{16})[0-9a-f]{16}$/);
    expect(one?.traceId).not.toBe(two?.traceId);
  });

  test("a caller's trace is continued, and its state and baggage go on to the origin", () => {
    const tracing = open();
    const { context } = tracing.server(
      'GET',
      [
        ['Traceparent', TRACEPARENT],
        ['tracestate', 'rojo=1'],
        ['Tracestate', 'congo=2'],
        ['Baggage', 'tenant=a%20b;p=1'],
        ['baggage', 'job=7'],
      ],
      {},
    );
    expect(context).toMatchObject({ traceId: TRACE, sampled: true });
    const child = tracing.child(context, 'origin', 'client', {}).context;
    expect(tracing.headers(child)).toEqual([
      ['traceparent', `00-${TRACE}-${child.spanId}-01`],
      ['tracestate', 'rojo=1,congo=2'],
      ['baggage', 'tenant=a%20b;p=1,job=7'],
    ]);
  });

  test('a trace without state or baggage carries neither', () => {
    const tracing = open();
    const { context } = tracing.server('GET', [], {});
    expect(tracing.headers(context).map(([name]) => name)).toEqual(['traceparent']);
  });

  test.each<[string, HeaderList]>([
    ['no version', [['traceparent', `${TRACE}-${PARENT}-01`]]],
    ['a forbidden version', [['traceparent', `ff-${TRACE}-${PARENT}-01`]]],
    ['a zero trace id', [['traceparent', `00-${'0'.repeat(32)}-${PARENT}-01`]]],
    ['a zero span id', [['traceparent', `00-${TRACE}-${'0'.repeat(16)}-01`]]],
    ['capitals', [['traceparent', TRACEPARENT.toUpperCase()]]],
    ['too much for version 00', [['traceparent', `${TRACEPARENT}-more`]]],
    ['nothing', [['traceparent', '']]],
    [
      'two parents',
      [
        ['traceparent', TRACEPARENT],
        ['traceparent', TRACEPARENT.replace('b7', 'b8')],
      ],
    ],
  ])('a traceparent with %s starts a trace anew, without its state', (_what, headers) => {
    const tracing = open();
    const { context } = tracing.server('GET', [...headers, ['tracestate', 'a=1']], {});
    expect(context.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(context.traceId).not.toBe(TRACE);
    expect(context.traceState).toBeNull();
  });

  test('more baggage than must be carried is dropped, the trace goes on', () => {
    const tracing = open();
    const headers: HeaderList = [
      ['traceparent', TRACEPARENT],
      ['baggage', `a=${'b'.repeat(8192)}`],
    ];
    expect(tracing.server('GET', headers, {}).context).toMatchObject({
      traceId: TRACE,
      baggage: null,
    });
  });
});

test("the no-op hangs the origin's spans under the caller's own", () => {
  const tracing = noop();
  const { context } = tracing.server('GET', [['traceparent', TRACEPARENT]], {});
  const child = tracing.child(context, 'origin', 'client', {});
  child.set({});
  child.event('e');
  child.fail('internal', 'm');
  child.end();
  expect(tracing.headers(child.context)).toEqual([['traceparent', TRACEPARENT]]);
});

test('a span tells its kind, place, attributes, events, links and failure', () => {
  const { tracing, finished } = tracingIntoList();
  const other = tracing.server('other', [], {});
  const call = tracing.server('GET', [['traceparent', TRACEPARENT]], { a: 1 });
  const child = tracing.child(call.context, 'fill', 'internal', { words: ['x', 'y'] });
  child.set({ b: true });
  child.event('cut', { at: 5 });
  child.link(other.context, { why: 'shared' });
  child.fail('origin-cut', 'The origin closed the connection.');
  child.end();
  call.end();

  const [fill, server] = finished.getFinishedSpans();
  expect(fill).toMatchObject({
    name: 'fill',
    kind: SpanKind.INTERNAL,
    parentSpanContext: { spanId: call.context.spanId, traceId: TRACE },
    attributes: { words: ['x', 'y'], b: true, 'error.type': 'origin-cut' },
    events: [{ name: 'cut', attributes: { at: 5 } }],
    links: [{ context: { spanId: other.context.spanId }, attributes: { why: 'shared' } }],
    status: { code: SpanStatusCode.ERROR, message: 'The origin closed the connection.' },
  });
  expect(server).toMatchObject({
    kind: SpanKind.SERVER,
    parentSpanContext: { spanId: PARENT, isRemote: true },
    attributes: { a: 1 },
  });
});

test('times may lie in the past, however small, and a span ends once', () => {
  const { tracing, finished } = tracingIntoList();
  const { context } = tracing.server('GET', [], {});
  const child = tracing.child(context, 'wait', 'internal', {}, 5);
  child.end(12.5);
  child.end(99);
  expect(finished.getFinishedSpans()).toMatchObject([
    { startTime: [0, 5_000_000], endTime: [0, 12_500_000], duration: [0, 7_500_000] },
  ]);
});

test('what is not sampled is told to the origin as not sampled', () => {
  const { tracing } = tracingIntoList(false);
  const { context } = tracing.server('GET', [], {});
  expect(context.sampled).toBe(false);
  expect(tracing.child(context, 'record', 'internal', {}).context.sampled).toBe(false);
  const { traceId, spanId } = context;
  expect(tracing.headers(context)).toEqual([['traceparent', `00-${traceId}-${spanId}-00`]]);
});

test.each([
  ['01', 'anybody', false, false],
  ['01', 'anybody', true, true],
  ['01', 'trusted', false, true],
  ['00', 'anybody', true, false],
  ['00', 'trusted', true, false],
] as const)('the flag %s of %s, with a share that says %s: %s', (flag, caller, share, sampled) => {
  const { tracing } = tracingIntoList(share);
  const headers: HeaderList = [['traceparent', `00-${TRACE}-${PARENT}-${flag}`]];
  const { context } = tracing.server('GET', headers, {}, caller);
  expect(context).toMatchObject({ traceId: TRACE, sampled });
  const { spanId } = context;
  const told = `00-${TRACE}-${spanId}-${sampled ? '01' : '00'}`;
  expect(tracing.headers(context)).toEqual([['traceparent', told]]);
});
