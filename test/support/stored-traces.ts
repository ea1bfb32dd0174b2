// Traces as the admin face holds them: a cold download with a fill, a follower of that fill, and a
// call that failed; and a store with them in it.
import type {
  StoredSpan,
  StoredTrace,
  TraceStore,
  TraceSummary,
} from '../../src/ports/trace-store.ts';

export const IMAGE_ID = '6c1e55a3-9f6c-4b5e-8a53-0d3d2b0a7f11';
export const COLD_ID = '0af7651916cd43dd8448eb211c80319c';
export const FOLLOWER_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
export const FAILED_ID = '00000000000000001122334455667788';

/** 2026-11-23 23:58:29.123 UTC, and a bit more. */
export const STARTED = 1_795_478_309_123.457;

/** Continues a caller's trace; resumed once; linked both ways with its follower. */
export const coldTrace: StoredTrace = traceOf(COLD_ID, [
  span({
    spanId: 'a000000000000001',
    parentSpanId: 'b7ad6b7169203331',
    name: 'GET /v2/images/{image_id}/file',
    kind: 'server',
    durationMs: 4210.25,
    attributes: {
      'http.request.method': 'GET',
      'http.route': '/v2/images/{image_id}/file',
      'http.response.status_code': 200,
      'http.response.body.size': 104_857_600,
      'glance_edge.region': 'RegionOne',
      'glance_edge.image.id': IMAGE_ID,
      'glance_edge.cache_status': 'glance-edge; fwd=uri-miss; stored',
      'glance_edge.request_id': 'req-5f1c2d3e-0000-4000-8000-000000000001',
      'glance_edge.ended': 'complete',
      'glance_edge.ttfb_ms': 61.5,
      'glance_edge.bytes.memory': 12_582_912,
      'glance_edge.bytes.origin': 92_274_688,
    },
  }),
  span({
    spanId: 'a000000000000002',
    parentSpanId: 'a000000000000001',
    name: 'grant',
    startTime: STARTED + 1,
    durationMs: 12.5,
    attributes: { 'glance_edge.region': 'RegionOne', 'glance_edge.grant': 'asked' },
  }),
  span({
    spanId: 'a000000000000003',
    parentSpanId: 'a000000000000002',
    name: 'origin GET',
    kind: 'client',
    startTime: STARTED + 1.5,
    durationMs: 11,
    attributes: {
      'http.request.method': 'GET',
      'http.response.status_code': 416,
      'server.address': '10.0.0.7',
      'glance_edge.origin.endpoint': 'http://10.0.0.7:9292',
      'glance_edge.region': 'RegionOne',
      'glance_edge.origin.request_id': 'req-0b6f4e0a-0000-4000-8000-00000000000a',
    },
  }),
  span({
    spanId: 'a000000000000004',
    parentSpanId: 'a000000000000001',
    name: 'fill',
    startTime: STARTED + 20,
    durationMs: 4300,
    attributes: {
      'glance_edge.fill.kind': 'whole',
      'glance_edge.fill.end': 'committed',
      'glance_edge.fill.readers': 2,
      'glance_edge.region': 'RegionOne',
      'glance_edge.image.id': IMAGE_ID,
      'glance_edge.bytes.origin': 104_857_600,
    },
    events: [
      {
        name: 'resumed',
        time: STARTED + 1200,
        attributes: { 'glance_edge.fill.position': 41_943_040, 'error.type': 'origin-stalled' },
      },
    ],
    links: [
      {
        traceId: FOLLOWER_ID,
        spanId: 'c000000000000001',
        attributes: { 'glance_edge.link': 'reader' },
      },
    ],
  }),
  span({
    spanId: 'a000000000000005',
    parentSpanId: 'a000000000000004',
    name: 'origin GET',
    kind: 'client',
    startTime: STARTED + 21,
    durationMs: 1180,
    error: 'origin-stalled: The origin sent nothing for 30 seconds.',
    attributes: { 'error.type': 'origin-stalled', 'http.response.body.size': 41_943_040 },
  }),
]);

export const followerTrace: StoredTrace = traceOf(FOLLOWER_ID, [
  span({
    spanId: 'c000000000000001',
    name: 'GET /v2/images/{image_id}/file',
    kind: 'server',
    startTime: STARTED + 500,
    durationMs: 3800,
    attributes: {
      'http.route': '/v2/images/{image_id}/file',
      'http.response.status_code': 200,
      'glance_edge.region': 'RegionOne',
      'glance_edge.image.id': IMAGE_ID,
      'glance_edge.cache_status': 'glance-edge; fwd=uri-miss; collapsed',
      'glance_edge.request_id': 'req-5f1c2d3e-0000-4000-8000-000000000002',
    },
  }),
  span({
    spanId: 'c000000000000002',
    parentSpanId: 'c000000000000001',
    name: 'fill.join',
    startTime: STARTED + 510,
    durationMs: 3700,
    attributes: { 'glance_edge.image.id': IMAGE_ID },
    links: [
      {
        traceId: COLD_ID,
        spanId: 'a000000000000004',
        attributes: { 'glance_edge.link': 'fill' },
      },
    ],
  }),
]);

export const failedTrace: StoredTrace = traceOf(FAILED_ID, [
  span({
    spanId: 'd000000000000001',
    name: 'GET /v2/images',
    kind: 'server',
    startTime: STARTED + 9000,
    durationMs: 0.75,
    error: 'origin-unreachable: No endpoint of the region answers.',
    attributes: {
      'http.route': '/v2/images',
      'http.response.status_code': 503,
      'glance_edge.region': 'RegionTwo',
      'glance_edge.cache_status': 'glance-edge; fwd=bypass; detail=list',
      'error.type': 'origin-unreachable',
    },
  }),
]);

/** A store that holds these, the first one the newest. Filters are the ring's business, not its. */
export function storeOf(...held: readonly StoredTrace[]): TraceStore {
  return {
    list: ({ limit }) => Promise.resolve(held.slice(0, limit).map(summaryOf)),
    get: (traceId) => held.find((trace) => trace.traceId === traceId) ?? null,
    watch: () => () => undefined,
  };
}

/** Without its spans. */
export function summaryOf(trace: StoredTrace): TraceSummary {
  const { tree, ...summary } = trace;
  return tree.length > 0 ? summary : trace;
}

/** The words of its first span. */
export function traceOf(traceId: string, tree: readonly StoredSpan[]): StoredTrace {
  const [call] = tree;
  if (call === undefined) throw new Error('a trace has a span');
  const text = (name: string): string | null => {
    const value = call.attributes[name];
    return typeof value === 'string' ? value : null;
  };
  const status = call.attributes['http.response.status_code'];
  return {
    traceId,
    name: call.name,
    startTime: call.startTime,
    durationMs: call.durationMs,
    status: typeof status === 'number' ? status : null,
    route: text('http.route'),
    region: text('glance_edge.region'),
    image: text('glance_edge.image.id'),
    outcome: text('glance_edge.cache_status'),
    requestId: text('glance_edge.request_id'),
    error: call.error,
    spans: tree.length,
    tree,
  };
}

export function span(told: Partial<StoredSpan>): StoredSpan {
  return {
    spanId: 'a000000000000001',
    parentSpanId: null,
    name: 'call',
    kind: 'internal',
    startTime: STARTED,
    durationMs: 1,
    error: null,
    attributes: {},
    events: [],
    links: [],
    ...told,
  };
}
