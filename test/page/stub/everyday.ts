// Everyday calls, one of each kind that the list has a word for, and as many as a test wants.
import type { StoredSpan, StoredTrace } from '../../../src/ports/trace-store.ts';
import { call, hexId, IMAGE, MIB, NOON, OTHER_IMAGE, ROUTE, span, trace } from './spans.ts';

const RECORD = '/v2/images/{image_id}';

interface Sketch {
  readonly seed: string;
  readonly method?: string;
  readonly route?: string;
  readonly ago: number;
  readonly took: number;
  readonly outcome: string | null;
  readonly error?: string;
  readonly attributes?: StoredSpan['attributes'];
}

const SKETCHES: readonly Sketch[] = [
  {
    seed: 'hit-memory',
    ago: 9_000,
    took: 812,
    outcome: 'hit; detail=memory',
    attributes: { 'glance_edge.bytes.memory': 512 * MIB },
  },
  { seed: 'record-hit', route: RECORD, ago: 11_000, took: 0.83, outcome: 'hit; detail=memory' },
  {
    seed: 'list',
    route: '/v2/images',
    ago: 14_000,
    took: 143,
    outcome: 'fwd=bypass; detail=list',
    attributes: { 'glance_edge.region': 'RegionTwo', 'glance_edge.region.source': 'path' },
  },
  {
    seed: 'disk',
    ago: 30_000,
    took: 4_870,
    outcome: 'hit; detail=disk',
    attributes: { 'glance_edge.bytes.disk': 1_800 * MIB, 'glance_edge.bytes.memory': 200 * MIB },
  },
  { seed: 'stale', route: RECORD, ago: 41_000, took: 5_003, outcome: 'hit; ttl=-7; detail=memory' },
  {
    seed: 'refused',
    ago: 52_000,
    took: 38,
    outcome: 'fwd=bypass; detail=refused',
    attributes: { 'http.response.status_code': 403, 'glance_edge.image.id': OTHER_IMAGE },
  },
  {
    seed: 'upload',
    method: 'PUT',
    ago: 66_000,
    took: 22_400,
    outcome: 'fwd=method',
    attributes: { 'http.response.status_code': 204, 'glance_edge.image.id': OTHER_IMAGE },
  },
  {
    seed: 'partial',
    ago: 71_000,
    took: 2_110,
    outcome: 'fwd=partial; stored',
    attributes: { 'glance_edge.bytes.disk': 900 * MIB, 'glance_edge.bytes.origin': 8 * MIB },
  },
  {
    seed: 'broken',
    ago: 83_000,
    took: 61_200,
    outcome: 'fwd=uri-miss',
    error: 'data-mismatch: What came has another hash than the record says.',
    attributes: { 'glance_edge.region': 'RegionTwo', 'glance_edge.ended': 'destroyed' },
  },
  {
    seed: 'away',
    route: RECORD,
    ago: 95_000,
    took: 10_020,
    outcome: 'fwd=uri-miss',
    error: 'origin-unreachable: No endpoint of the region answers.',
    attributes: { 'http.response.status_code': 503, 'glance_edge.region': 'RegionTwo' },
  },
  {
    seed: 'unknown',
    route: '(none)',
    ago: 99_000,
    took: 0.4,
    outcome: null,
    attributes: { 'http.response.status_code': 404 },
  },
];

export const EVERYDAY: readonly StoredTrace[] = SKETCHES.map((sketch) => everydayTrace(sketch));

/** One more call that just ended. */
export function newCall(number: number): StoredTrace {
  return everydayTrace({
    seed: `n${number}`,
    route: RECORD,
    ago: -number,
    took: 3 + (number % 40),
    outcome: 'hit; detail=memory',
  });
}

/** A trace with as many spans as the gateway keeps of one. */
export function hugeTrace(spans: number): StoredTrace {
  const began = NOON - 90_000;
  const root = span(began, {
    id: 'huge',
    name: `GET ${ROUTE}`,
    kind: 'server',
    at: 0,
    took: 60_000,
    attributes: call('GET', ROUTE, {
      'glance_edge.image.id': IMAGE,
      'glance_edge.cache_status': 'glance-edge; fwd=uri-miss; stored',
      'glance_edge.bytes.origin': 900 * MIB,
    }),
  });
  const rest = Array.from({ length: spans - 1 }, (_, at) =>
    span(began, {
      id: `s${at}`,
      parent: at % 16 === 0 ? 'huge' : `s${at - (at % 16)}`,
      name: 'origin GET',
      kind: 'client',
      at: at * 110,
      took: 900,
      attributes: { 'http.response.status_code': 206, 'http.response.body.size': 2 * MIB },
    }),
  );
  return trace('huge', [root, ...rest]);
}

function everydayTrace(sketch: Sketch): StoredTrace {
  const { seed, method = 'GET', route = ROUTE, ago, took, outcome, error, attributes } = sketch;
  const began = NOON - ago;
  const about = route.includes('image_id') ? { 'glance_edge.image.id': IMAGE } : {};
  const status = outcome === null ? {} : { 'glance_edge.cache_status': `glance-edge; ${outcome}` };
  const told = {
    ...about,
    ...status,
    'glance_edge.request_id': `req-${uuid(seed)}`,
    ...attributes,
  };
  return trace(seed, [
    span(began, {
      id: seed,
      name: `${method} ${route}`,
      kind: 'server',
      at: 0,
      took,
      attributes: call(method, route, told),
      ...(error === undefined ? {} : { error }),
    }),
    span(began, {
      id: `${seed}-r`,
      parent: seed,
      name: 'record',
      at: took * 0.02,
      took: took * 0.1,
    }),
  ]);
}

function uuid(seed: string): string {
  return hexId(seed, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
