// The osprofiler bridge around real tracing and around tracing that records nothing: which trace a
// call gets, and what the origin is sent.
import { describe, expect, test } from 'vitest';
import { hmacSha1 } from '../../src/adapters/hmac-sha1.ts';
import { randomIds } from '../../src/adapters/node/runtime.ts';
import { createNoopTracing } from '../../src/adapters/otel/tracing.ts';
import type { HeaderList } from '../../src/core/headers.ts';
import { parentIdOf, profileHeaders, readProfile } from '../../src/core/osprofiler.ts';
import { createOsprofilerBridge } from '../../src/observe/osprofiler-bridge.ts';
import { traceOrigin } from '../../src/observe/traced-origin.ts';
import { tracingIntoList } from '../adapters/otel/finished-spans.ts';
import { createAnsweringOrigin } from '../cache/world/answering-origin.ts';
import { aCall } from '../cache/world/calls.ts';

const BASE = '7d3f2c1a-9b4e-4f60-8a51-0c2d4e6f8091';
const TRACE = '7d3f2c1a9b4e4f608a510c2d4e6f8091';
const PARENT = '1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed';
const SPAN = '9b5dab8dfbbd4bed';
const OTHER_TRACE = '0af7651916cd43dd8448eb211c80319c';
const OTHER_SPAN = 'b7ad6b7169203331';
const KEYS = ['newest', 'older'];

const signedBy = (key: string) => profileHeaders({ baseId: BASE, parentId: PARENT }, key, hmacSha1);

const traceparent = (traceId: string, spanId: string): HeaderList => [
  ['traceparent', `00-${traceId}-${spanId}-01`],
];

/** What was signed, and with which of the keys. */
const sentOn = (headers: HeaderList) => readProfile(headers, KEYS, hmacSha1);

function openBridge({ keys = KEYS }: { readonly keys?: readonly string[] } = {}) {
  const { tracing, finished } = tracingIntoList();
  const refusals: unknown[] = [];
  const count = (name: string, labels: unknown): void => void refusals.push([name, labels]);
  const bridge = createOsprofilerBridge({ keys, hmac: hmacSha1, counters: { count } });
  const bridged = bridge.tracing(tracing);
  const glance = createAnsweringOrigin(() => ({}));
  const origin = bridge.origin(traceOrigin(glance, bridged, { count: () => undefined }));
  return { bridge, tracing: bridged, finished, refusals, glance, origin };
}

describe('a call with a signed profile', () => {
  test('is continued, sampled, and tells the ids as osprofiler knows them', () => {
    const { tracing, finished } = openBridge();
    const headers = [...signedBy('older'), ['baggage', 'a=1'], ['tracestate', 'x=1']] as const;
    const span = tracing.server('GET', headers, { 'http.request.method': 'GET' });
    span.end();
    expect(span.context).toMatchObject({
      traceId: TRACE,
      sampled: true,
      traceState: null,
      baggage: 'a=1',
    });
    const [stored] = finished.getFinishedSpans();
    expect(stored?.parentSpanContext).toMatchObject({ traceId: TRACE, spanId: SPAN });
    expect(stored?.links).toEqual([]);
    expect(stored?.attributes).toEqual({
      'http.request.method': 'GET',
      'glance_edge.osprofiler.base_id': BASE,
      'glance_edge.osprofiler.parent_id': PARENT,
    });
  });

  test('goes on, signed with the key that it came with, under the span that asks', () => {
    const { tracing } = openBridge();
    const { context } = tracing.server('GET', signedBy('older'), {});
    const inner = tracing.child(context, 'record', 'internal', {});
    const asking = tracing.child(inner.context, 'origin GET', 'client', {});
    const headers = tracing.headers(asking.context);
    expect(new Map(headers).get('traceparent')).toBe(`00-${TRACE}-${asking.context.spanId}-01`);
    expect(sentOn(headers)).toEqual({
      kind: 'verified',
      profile: { baseId: BASE, parentId: parentIdOf(asking.context.spanId), keyIndex: 1 },
    });
  });

  test('keeps the trace of its traceparent, and links the profile', () => {
    const { tracing, finished } = openBridge();
    const headers = [...signedBy('newest'), ...traceparent(OTHER_TRACE, OTHER_SPAN)];
    const span = tracing.server('GET', headers, {});
    span.end();
    expect(span.context.traceId).toBe(OTHER_TRACE);
    const [stored] = finished.getFinishedSpans();
    expect(stored?.parentSpanContext).toMatchObject({ traceId: OTHER_TRACE, spanId: OTHER_SPAN });
    expect(stored?.links).toMatchObject([
      { context: { traceId: TRACE, spanId: SPAN }, attributes: { 'glance_edge.link': 'profile' } },
    ]);
    expect(sentOn(tracing.headers(span.context))).toEqual({
      kind: 'verified',
      profile: { baseId: BASE, parentId: parentIdOf(span.context.spanId), keyIndex: 0 },
    });
  });

  test('needs no link when its traceparent names the same span', () => {
    const { tracing, finished } = openBridge();
    const span = tracing.server('GET', [...signedBy('newest'), ...traceparent(TRACE, SPAN)], {});
    span.end();
    expect(finished.getFinishedSpans()[0]?.links).toEqual([]);
  });

  test.each([
    ['misshapen', [['traceparent', `00-${OTHER_TRACE}-${OTHER_SPAN}-01-more`]]],
    ['repeated', [...traceparent(OTHER_TRACE, OTHER_SPAN), ...traceparent(TRACE, SPAN)]],
  ] as const)('is continued in spite of a traceparent that is %s', (_, parents) => {
    const { tracing } = openBridge();
    const { context } = tracing.server('GET', [...parents, ...signedBy('newest')], {});
    expect(context.traceId).toBe(TRACE);
  });

  test('passes through tracing that records nothing, with its own point as the parent', () => {
    const tracing = openBridge().bridge.tracing(createNoopTracing(randomIds));
    const { context } = tracing.server('GET', signedBy('newest'), {});
    const child = tracing.child(context, 'origin GET', 'client', {});
    expect(context.traceId).toBe(TRACE);
    expect(sentOn(tracing.headers(child.context))).toEqual({
      kind: 'verified',
      profile: { baseId: BASE, parentId: PARENT, keyIndex: 0 },
    });
  });
});

describe('a call without one', () => {
  test('asks Glance for no points, however it is traced', () => {
    const { tracing, refusals } = openBridge();
    const { context } = tracing.server('GET', traceparent(OTHER_TRACE, OTHER_SPAN), {});
    expect(context).toMatchObject({ traceId: OTHER_TRACE, profile: null });
    expect(sentOn(tracing.headers(context))).toEqual({ kind: 'absent' });
    expect(refusals).toEqual([]);
  });

  test.each([
    ['signature', signedBy('a key of somebody else')],
    ['malformed', [...signedBy('newest'), ...signedBy('newest')]],
  ])('is counted when it only looks as if: %s', (reason, headers) => {
    const { tracing, finished, refusals } = openBridge();
    const span = tracing.server('GET', headers, {});
    span.end();
    expect(span.context.traceId).not.toBe(TRACE);
    expect(span.context.profile).toBeNull();
    expect(refusals).toEqual([['osprofiler_refused', { reason }]]);
    expect(finished.getFinishedSpans()[0]?.attributes).toEqual({
      'glance_edge.osprofiler.refused': reason,
    });
  });
});

describe('what the origin is sent', () => {
  const request = (headers: HeaderList) => ({
    region: 'RegionOne',
    endpoint: null,
    method: 'GET',
    target: '/v2/images',
    headers,
    body: null,
  });

  test("is never the caller's own headers, be they good or bad", async () => {
    const { tracing, glance, origin } = openBridge();
    for (const headers of [signedBy('older'), signedBy('a key of somebody else')]) {
      const span = tracing.server('GET', headers, {});
      await origin.send(
        { ...aCall(), trace: span.context },
        request([['Accept', '*/*'], ...headers]),
      );
    }
    const [good, bad] = glance.requests.map(({ headers }) => headers);
    expect(good?.filter(([name]) => /^x-trace-/i.test(name))).toHaveLength(2);
    expect(sentOn(good ?? [])).toMatchObject({ profile: { baseId: BASE, keyIndex: 1 } });
    expect(sentOn(good ?? [])).not.toMatchObject({ profile: { parentId: PARENT } });
    expect(bad?.filter(([name]) => /^x-trace-/i.test(name))).toEqual([]);
    expect(bad?.[0]).toEqual(['Accept', '*/*']);
  });

  test('is the headers as they came when there are no keys', async () => {
    const { tracing, glance, origin, refusals } = openBridge({ keys: [] });
    const headers = signedBy('older');
    const span = tracing.server('GET', headers, {});
    await origin.send({ ...aCall(), trace: span.context }, request(headers));
    expect(glance.requests[0]?.headers.slice(0, 2)).toEqual(headers);
    expect(glance.requests[0]?.headers.filter(([name]) => /^x-trace-/i.test(name))).toHaveLength(2);
    expect(span.context.traceId).not.toBe(TRACE);
    expect(refusals).toEqual([]);
  });
});
