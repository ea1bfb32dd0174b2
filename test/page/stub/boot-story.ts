// "Instance X took four minutes to boot": a cold download whose origin broke off once, and three
// computes that joined its fill, each in a trace of its own.
import type { StoredTrace } from '../../../src/ports/trace-store.ts';
import { call, GIB, IMAGE, MIB, NOON, ROUTE, span, trace } from './spans.ts';

export const SLOW_REQUEST = 'req-11d4b3b0-52a5-4d0e-9c60-9e1f7c1f3a01';
const SIZE = 4 * GIB;
const TOOK = 252_300;
const ORIGIN = 'https://glance.one.example';

export const SLOW_BOOT: StoredTrace = slowBoot();

export const FOLLOWERS: readonly StoredTrace[] = [
  follower('f1', 12_400, 226_000),
  follower('f2', 61_800, 184_500),
  follower('f3', 158_000, 88_900),
];

function slowBoot(): StoredTrace {
  const began = NOON - 400_000;
  return trace('slow-boot', [
    span(began, {
      id: 'call',
      name: `GET ${ROUTE}`,
      kind: 'server',
      at: 0,
      took: TOOK,
      attributes: call('GET', ROUTE, {
        'glance_edge.image.id': IMAGE,
        'glance_edge.image.size': SIZE,
        'glance_edge.cache_status': 'glance-edge; fwd=uri-miss; stored',
        'glance_edge.request_id': SLOW_REQUEST,
        'glance_edge.bytes.memory': 96 * MIB,
        'glance_edge.bytes.origin': SIZE - 96 * MIB,
        'glance_edge.ttfb_ms': 1_420,
        'http.response.body.size': SIZE,
        'user_agent.original': 'python-glanceclient',
      }),
    }),
    span(began, {
      id: 'grant',
      parent: 'call',
      name: 'grant',
      at: 2,
      took: 640,
      attributes: { 'glance_edge.grant': 'asked' },
    }),
    span(began, {
      id: 'grant-o',
      parent: 'grant',
      name: 'origin GET',
      kind: 'client',
      at: 3,
      took: 636,
      attributes: origin(416, 0),
    }),
    span(began, {
      id: 'record',
      parent: 'call',
      name: 'record',
      at: 2,
      took: 590,
      attributes: { 'glance_edge.cache_status': 'glance-edge; fwd=uri-miss; stored' },
    }),
    span(began, {
      id: 'record-o',
      parent: 'record',
      name: 'origin GET',
      kind: 'client',
      at: 4,
      took: 585,
      attributes: origin(200, 1_612),
    }),
    span(began, {
      id: 't-mem',
      parent: 'call',
      name: 'tier memory',
      at: 650,
      took: 251_500,
      attributes: tier('memory', 1_024, 24, 96 * MIB),
    }),
    span(began, {
      id: 't-disk',
      parent: 'call',
      name: 'tier disk',
      at: 655,
      took: 251_000,
      attributes: tier('disk', 1_000, 0, 0),
    }),
    span(began, {
      id: 'join',
      parent: 'call',
      name: 'fill.join',
      at: 660,
      took: 251_600,
      attributes: {
        'glance_edge.fill.waited_ms': 238_900,
        'glance_edge.bytes.origin': SIZE - 96 * MIB,
      },
      links: [{ trace: 'slow-boot', span: 'fill', what: 'fill' }],
    }),
    span(began, {
      id: 'fill',
      parent: 'call',
      name: 'fill',
      at: 662,
      took: 251_590,
      attributes: {
        'glance_edge.fill.kind': 'whole',
        'glance_edge.fill.end': 'committed',
        'glance_edge.fill.readers': 4,
        'glance_edge.fill.resumptions': 1,
        'glance_edge.fill.verify_wait_ms': 84,
        'glance_edge.bytes.origin': SIZE,
        'glance_edge.image.size': SIZE,
      },
      events: [
        {
          name: 'resumed',
          at: 97_000,
          attributes: { 'glance_edge.fill.position': 1_620 * MIB, 'error.type': 'origin-cut' },
        },
        { name: 'verified', at: 252_240 },
      ],
      links: ['f1', 'f2', 'f3'].map((id) => ({
        trace: id,
        span: `${id}-join`,
        what: 'reader' as const,
      })),
    }),
    span(began, {
      id: 'run-1',
      parent: 'fill',
      name: 'origin GET',
      kind: 'client',
      at: 700,
      took: 96_300,
      error: 'origin-cut: The origin broke off.',
      attributes: { ...origin(200, 1_620 * MIB), 'error.type': 'origin-cut' },
    }),
    span(began, {
      id: 'run-2',
      parent: 'fill',
      name: 'origin GET',
      kind: 'client',
      at: 97_010,
      took: 155_100,
      attributes: origin(206, SIZE - 1_620 * MIB),
      events: [
        {
          name: 'attempt.failed',
          at: 98_100,
          attributes: {
            'glance_edge.origin.endpoint': 'https://glance-b.one.example',
            'error.type': 'connect-timeout',
          },
        },
      ],
    }),
  ]);
}

function follower(id: string, joinedAt: number, took: number): StoredTrace {
  const began = NOON - 400_000 + joinedAt;
  const kept = (joinedAt / TOOK) * SIZE;
  return trace(id, [
    span(began, {
      id,
      name: `GET ${ROUTE}`,
      kind: 'server',
      at: 0,
      took,
      attributes: call('GET', ROUTE, {
        'glance_edge.image.id': IMAGE,
        'glance_edge.cache_status': 'glance-edge; fwd=uri-miss; collapsed',
        'glance_edge.request_id': `req-${id}0d4b3b0-52a5-4d0e-9c60-9e1f7c1f3a0`,
        'glance_edge.bytes.memory': Math.round(kept * 0.2),
        'glance_edge.bytes.disk': Math.round(kept * 0.8),
        'glance_edge.bytes.origin': Math.round(SIZE - kept),
        'glance_edge.ttfb_ms': 310,
      }),
    }),
    span(began, {
      id: `${id}-grant`,
      parent: id,
      name: 'grant',
      at: 1,
      took: 290,
      attributes: { 'glance_edge.grant': 'asked' },
    }),
    span(began, {
      id: `${id}-mem`,
      parent: id,
      name: 'tier memory',
      at: 300,
      took: took * 0.1,
      attributes: tier('memory', 140, 60, kept * 0.2),
    }),
    span(began, {
      id: `${id}-disk`,
      parent: id,
      name: 'tier disk',
      at: 302,
      took: took * 0.3,
      attributes: tier('disk', 80, 80, kept * 0.8),
    }),
    span(began, {
      id: `${id}-join`,
      parent: id,
      name: 'fill.join',
      at: 310,
      took: took - 320,
      attributes: {
        'glance_edge.fill.waited_ms': took * 0.8,
        'glance_edge.bytes.origin': Math.round(SIZE - kept),
      },
      links: [{ trace: 'slow-boot', span: 'fill', what: 'fill' }],
    }),
  ]);
}

function tier(name: string, lookups: number, hits: number, bytes: number) {
  return {
    'glance_edge.tier.name': name,
    'glance_edge.tier.lookups': lookups,
    'glance_edge.tier.hits': hits,
    'glance_edge.tier.misses': lookups - hits,
    'glance_edge.tier.failures': 0,
    'glance_edge.tier.bytes': Math.round(bytes),
    'glance_edge.tier.slowest_ms': 4.27,
    'glance_edge.tier.busy_ms': lookups * 0.31,
  };
}

function origin(status: number, bytes: number) {
  return {
    'http.request.method': 'GET',
    'http.response.status_code': status,
    'http.response.body.size': bytes,
    'glance_edge.origin.attempts': 1,
    'glance_edge.origin.endpoint': ORIGIN,
    'glance_edge.origin.request_id': 'req-7b0c4a52-9d7e-4a7c-8a3e-2f1f0b6f6c11',
  };
}
