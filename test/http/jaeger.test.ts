// Jaeger's query API on the admin face, against the shapes that its readers expect: Jaeger's
// `model/json` and `api_v3`, and the integers and arrays that Grafana's data source insists on.
import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { jaegerRoutes } from '../../src/http/admin/jaeger-routes.ts';
import { ANSWER_SPANS, SEARCH_DEPTH } from '../../src/http/admin/jaeger-search.ts';
import type { Turn } from '../../src/ports/runtime.ts';
import type { StoredTrace, TraceStore } from '../../src/ports/trace-store.ts';
import {
  COLD_ID,
  coldTrace,
  FAILED_ID,
  FOLLOWER_ID,
  failedTrace,
  followerTrace,
  IMAGE_ID,
  span,
  storeOf,
  traceOf,
} from '../support/stored-traces.ts';

const STORE = storeOf(failedTrace, followerTrace, coldTrace);
const START_US = 1_795_478_309_123_457;

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function get(
  path: string,
  traces: TraceStore = STORE,
  turn: Turn = () => Promise.resolve(),
): Promise<Answer> {
  const app = new Hono();
  for (const [route, answer] of Object.entries(jaegerRoutes({ traces, turn, version: '1.2.3' }))) {
    app.get(route, answer);
  }
  const response = await app.request(`/jaeger${path}`);
  return { status: response.status, body: await response.json() };
}

function envelope(data: readonly unknown[], errors: unknown = null): object {
  return { data, total: data.length, limit: 0, offset: 0, errors };
}

function refusal(code: number, msg: string): Answer {
  const body = { data: null, total: 0, limit: 0, offset: 0, errors: [{ code, msg }] };
  return { status: code, body };
}

/** The ids of the traces that a search finds. */
async function found(query: string, traces: TraceStore = STORE): Promise<readonly string[]> {
  const { status, body } = await get(`/api/traces?service=glance-edge&${query}`, traces);
  expect(status).toBe(200);
  return (body as { data: { traceID: string }[] }).data.map(({ traceID }) => traceID);
}

test('there is one service, with the names of its spans', async () => {
  expect(await get('/api/services')).toEqual({ status: 200, body: envelope(['glance-edge']) });
  const names = ['GET /v2/images', 'GET /v2/images/{image_id}/file', 'fill', 'fill.join', 'grant'];
  expect((await get('/api/services/glance-edge/operations')).body).toEqual(
    envelope([...names, 'origin GET']),
  );
  expect((await get('/api/services/nova/operations')).body).toEqual(envelope([]));
  expect((await get('/api/dependencies?endTs=1&lookback=1')).body).toEqual(envelope([]));
});

test('operations tell their kind and are told by it', async () => {
  const servers = envelope([
    { name: 'GET /v2/images', spanKind: 'server' },
    { name: 'GET /v2/images/{image_id}/file', spanKind: 'server' },
  ]);
  expect((await get('/api/operations?service=glance-edge&spanKind=server')).body).toEqual(servers);
  expect(await get('/api/operations')).toEqual(refusal(400, "parameter 'service' is required"));
});

describe('a trace', () => {
  test('has its spans in microseconds, with references, tags, logs and its process', async () => {
    const { status, body } = await get(`/api/traces/${COLD_ID}`);
    expect(status).toBe(200);
    const [trace] = (body as { data: [{ spans: readonly object[] }] }).data;
    expect(trace).toMatchObject({
      traceID: COLD_ID,
      processes: {
        p1: {
          serviceName: 'glance-edge',
          tags: [{ key: 'service.version', type: 'string', value: '1.2.3' }],
        },
      },
      warnings: null,
    });
    expect(trace.spans[3]).toEqual({
      traceID: COLD_ID,
      spanID: 'a000000000000004',
      operationName: 'fill',
      references: [
        { refType: 'CHILD_OF', traceID: COLD_ID, spanID: 'a000000000000001' },
        { refType: 'FOLLOWS_FROM', traceID: FOLLOWER_ID, spanID: 'c000000000000001' },
      ],
      startTime: START_US + 20_000,
      duration: 4_300_000,
      tags: [
        { key: 'glance_edge.fill.kind', type: 'string', value: 'whole' },
        { key: 'glance_edge.fill.end', type: 'string', value: 'committed' },
        { key: 'glance_edge.fill.readers', type: 'int64', value: 2 },
        { key: 'glance_edge.region', type: 'string', value: 'RegionOne' },
        { key: 'glance_edge.image.id', type: 'string', value: IMAGE_ID },
        { key: 'glance_edge.bytes.origin', type: 'int64', value: 104_857_600 },
        { key: 'span.kind', type: 'string', value: 'internal' },
      ],
      logs: [
        {
          timestamp: START_US + 1_200_000,
          fields: [
            { key: 'event', type: 'string', value: 'resumed' },
            { key: 'glance_edge.fill.position', type: 'int64', value: 41_943_040 },
            { key: 'error.type', type: 'string', value: 'origin-stalled' },
          ],
        },
      ],
      processID: 'p1',
      warnings: null,
    });
  });

  test('that a caller began has a parent that is not held, and is whole all the same', async () => {
    const { body } = await get(`/api/traces/${COLD_ID}`);
    const caller = { refType: 'CHILD_OF', traceID: COLD_ID, spanID: 'b7ad6b7169203331' };
    expect(body).toHaveProperty('data.0.spans.0.references', [caller]);
  });

  test('with a failed span is marked as OpenTelemetry and Jaeger do', async () => {
    const { body } = await get(`/api/traces/${FAILED_ID}`);
    const tags = (body as { data: { spans: { tags: unknown[] }[] }[] }).data[0]?.spans[0]?.tags;
    expect(tags).toEqual(
      expect.arrayContaining([
        { key: 'error', type: 'bool', value: true },
        { key: 'otel.status_code', type: 'string', value: 'ERROR' },
        {
          key: 'otel.status_description',
          type: 'string',
          value: 'No endpoint of the region answers.',
        },
        { key: 'error.type', type: 'string', value: 'origin-unreachable' },
        { key: 'span.kind', type: 'string', value: 'server' },
      ]),
    );
  });

  test('keeps the types of its values', async () => {
    const attributes = { share: 0.5, whole: true, names: ['a', 'b'], error: 'x' };
    const trace = traceOf(COLD_ID, [span({ attributes, error: 'failed' })]);
    const { body } = await get(`/api/traces/${COLD_ID}`, storeOf(trace));
    expect(body).toMatchObject({
      data: [
        {
          spans: [
            {
              tags: expect.arrayContaining([
                { key: 'share', type: 'float64', value: 0.5 },
                { key: 'whole', type: 'bool', value: true },
                { key: 'names', type: 'string', value: '["a","b"]' },
                { key: 'otel.status_description', type: 'string', value: 'failed' },
              ]),
            },
          ],
        },
      ],
    });
  });

  test('that had more spans than are held says so', async () => {
    const { body } = await get(`/api/traces/${COLD_ID}`, storeOf({ ...coldTrace, spans: 600 }));
    expect(body).toMatchObject({
      data: [{ warnings: ['595 more spans were recorded than are held.'] }],
    });
  });

  test('is found without its leading zeros, and in capitals', async () => {
    expect((await get('/api/traces/1122334455667788')).body).toMatchObject({
      data: [{ traceID: FAILED_ID }],
    });
    expect((await get(`/api/traces/${COLD_ID.toUpperCase()}`)).status).toBe(200);
  });

  test('that is not held, or is no id, is refused in the shape of Jaeger', async () => {
    expect(await get(`/api/traces/${'f'.repeat(32)}`)).toEqual(refusal(404, 'trace not found'));
    const malformed = refusal(400, 'malformed trace id: 1 to 32 hexadecimal digits');
    expect(await get('/api/traces/xyz')).toEqual(malformed);
    expect(await get(`/api/traces/${'f'.repeat(33)}`)).toEqual(malformed);
  });
});

test('several traces are asked for by id; those that are missing are told', async () => {
  const { status, body } = await get(
    `/api/traces?traceID=${COLD_ID}&traceID=${FOLLOWER_ID}&traceID=${COLD_ID}&traceID=abc`,
  );
  expect(status).toBe(200);
  expect(body).toMatchObject({
    data: [{ traceID: COLD_ID }, { traceID: FOLLOWER_ID }],
    errors: [{ code: 404, msg: 'trace not found', traceID: 'abc'.padStart(32, '0') }],
  });
  expect((await get('/api/traces?traceID=nope')).status).toBe(400);
  const many = Array.from({ length: 101 }, (_, at) => `traceID=${at}`).join('&');
  expect((await get(`/api/traces?${many}`)).status).toBe(400);
});

describe('a search', () => {
  const ALL = [FAILED_ID, FOLLOWER_ID, COLD_ID];
  const tags = (wanted: object): string => `tags=${encodeURIComponent(JSON.stringify(wanted))}`;

  test.each([
    ['nothing more', '', ALL],
    ['what the UI sends', 'lookback=1h&limit=20&start=&end=&operation=&maxDuration=', ALL],
    ['a limit', 'limit=2', [FAILED_ID, FOLLOWER_ID]],
    ['no trace at all', 'limit=0', []],
    ['an operation', 'operation=fill', [COLD_ID]],
    ['a start', `start=${START_US + 9_000_000}`, [FAILED_ID]],
    ['an end', `end=${START_US}`, [COLD_ID]],
    ['a window', `start=${START_US + 1}&end=${START_US + 8_000_000}`, [FOLLOWER_ID, COLD_ID]],
    ['a shortest duration', 'minDuration=4.3s', [COLD_ID]],
    ['a longest duration', 'maxDuration=750us', [FAILED_ID]],
    ['durations', 'minDuration=3.8s&maxDuration=3800ms', [FOLLOWER_ID]],
    ['a tag', tags({ 'http.response.status_code': '503' }), [FAILED_ID]],
    ['errors', tags({ error: 'true' }), [FAILED_ID, COLD_ID]],
    ['a kind', tags({ 'span.kind': 'client' }), [COLD_ID]],
    ['tags on one span', tags({ error: 'true', 'span.kind': 'client' }), [COLD_ID]],
    ['tags on two spans', tags({ error: 'true', 'glance_edge.fill.kind': 'whole' }), []],
    ['a tag as a pair', `tag=glance_edge.image.id:${IMAGE_ID}`, [FOLLOWER_ID, COLD_ID]],
    ['a value with a colon', 'tags=glance_edge.origin.endpoint:http://10.0.0.7:9292', [COLD_ID]],
    ['an operation and a tag', `operation=grant&${tags({ error: 'true' })}`, []],
  ])('for %s', async (_, query, wanted) => {
    expect(await found(query)).toEqual(wanted);
  });

  test.each([
    ['start=now', "unable to parse param 'start'"],
    ['end=-1', "unable to parse param 'end'"],
    ['limit=many', "unable to parse param 'limit'"],
    ['minDuration=5', "unable to parse param 'minDuration'"],
    ['maxDuration=-5s', "unable to parse param 'maxDuration'"],
    ['minDuration=2s&maxDuration=1s', "'maxDuration' should be greater than 'minDuration'"],
    ['tags={"a"', "malformed 'tags' parameter"],
    ['tag=a', "malformed 'tag' parameter"],
  ])('%s is refused', async (query, message) => {
    expect(await get(`/api/traces?service=glance-edge&${query}`)).toEqual(refusal(400, message));
  });

  test('needs a service, and finds nothing of another one', async () => {
    expect(await get('/api/traces')).toEqual(refusal(400, "parameter 'service' is required"));
    expect((await get('/api/traces?service=nova')).body).toEqual(envelope([]));
  });

  test('looks at the newest traces only', async () => {
    const traces = Array.from({ length: SEARCH_DEPTH + 1 }, (_, at) =>
      traceOf(String(at).padStart(32, '0'), [span({ name: at === SEARCH_DEPTH ? 'old' : 'new' })]),
    );
    expect(await found('operation=old', storeOf(...traces))).toEqual([]);
    expect(await found('operation=new&limit=99999', storeOf(...traces))).toHaveLength(1500);
  });

  test('gives others their turn while it looks, and while it writes down what it found', async () => {
    const many = storeOf(
      ...Array.from({ length: 100 }, (_, at) =>
        traceOf(
          String(at).padStart(32, '0'),
          Array.from({ length: 50 }, () => span({})),
        ),
      ),
    );
    const turnsOf = async (query: string): Promise<number> => {
      let turns = 0;
      await get(`/api/traces?service=glance-edge&${query}`, many, async () => {
        turns += 1;
      });
      return turns;
    };
    expect(await turnsOf('operation=none')).toBe(9);
    expect(await turnsOf('limit=100')).toBe(9 + 10);
  });

  test('answers with one trace however large, and never with more spans than its bound', async () => {
    const large = (id: string): StoredTrace =>
      traceOf(
        id.padStart(32, '0'),
        Array.from({ length: ANSWER_SPANS / 2 + 1 }, () => span({})),
      );
    expect(await found('', storeOf(large('1'), large('2')))).toHaveLength(1);
  });

  test('survives a trace that is pushed out meanwhile', async () => {
    expect(await found('', { ...STORE, get: () => null })).toEqual([]);
  });
});

describe('the v3 API that the newer UIs read', () => {
  test('services and operations', async () => {
    expect((await get('/api/v3/services')).body).toEqual({ services: ['glance-edge'] });
    expect((await get('/api/v3/operations?service=glance-edge&span_kind=client')).body).toEqual({
      operations: [{ name: 'origin GET', spanKind: 'client' }],
    });
  });

  test('summaries of what a search finds', async () => {
    const query = new URLSearchParams({
      'query.service_name': 'glance-edge',
      'query.span_name': 'fill',
      'query.start_time_min': '2026-11-23T00:00:00.000Z',
      'query.start_time_max': '2026-11-25T00:00:00.000Z',
      'query.num_traces': '20',
      'query.duration_min': '1s',
      'query.attributes': '{"glance_edge.fill.kind":"whole"}',
    });
    expect(await get(`/api/v3/trace-summaries?${query.toString()}`)).toEqual({
      status: 200,
      body: {
        summaries: [
          {
            traceID: COLD_ID,
            rootServiceName: 'glance-edge',
            rootOperationName: 'GET /v2/images/{image_id}/file',
            minStartTimeUnixNano: `${START_US}000`,
            maxEndTimeUnixNano: `${START_US + 4_320_000}000`,
            spanCount: 5,
            errorSpanCount: 1,
            orphanSpanCount: 1,
            services: [{ name: 'glance-edge', spanCount: 5, errorSpanCount: 1 }],
          },
        ],
      },
    });
  });

  test('a search that cannot be read is refused', async () => {
    const query = 'query.service_name=glance-edge&query.start_time_min=yesterday';
    expect(await get(`/api/v3/trace-summaries?${query.toString()}`)).toEqual({
      status: 400,
      body: { error: { httpCode: 400, message: "unable to parse param 'query.start_time_min'" } },
    });
  });
});
