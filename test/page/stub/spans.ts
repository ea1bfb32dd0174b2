// Made-up spans for the page's tests, with as few words as a readable story allows.
import type { StoredSpan, StoredTrace } from '../../../src/ports/trace-store.ts';

/** A fixed time of day, so that pictures of the page differ only by the page. */
export const NOON = new Date().setHours(12, 0, 0, 0);

export const IMAGE = '6f1d2c3b-8a49-4e57-9b06-1c2d3e4f5a6b';
export const OTHER_IMAGE = 'b7a0c1d2-33e4-4f55-8a66-77b889900aab';
export const ROUTE = '/v2/images/{image_id}/file';
export const MIB = 1024 * 1024;
export const GIB = 1024 * MIB;

/** An id of so many digits that says in its first ones which it is. */
export function hexId(seed: string, digits: 16 | 32): string {
  const text = Buffer.from(seed).toString('hex');
  return (text + '9e3779b97f4a7c15f39cc0605cedc834'.repeat(2)).slice(0, digits);
}

export interface SpanSketch {
  readonly id: string;
  readonly parent?: string;
  readonly name: string;
  readonly kind?: StoredSpan['kind'];
  /** Milliseconds after the beginning of the trace. */
  readonly at: number;
  readonly took: number;
  readonly error?: string;
  readonly attributes?: StoredSpan['attributes'];
  readonly events?: readonly {
    readonly name: string;
    readonly at: number;
    readonly attributes?: StoredSpan['attributes'];
  }[];
  readonly links?: readonly {
    readonly trace: string;
    readonly span: string;
    readonly what: 'fill' | 'reader' | 'profile';
  }[];
}

export function span(began: number, sketch: SpanSketch): StoredSpan {
  const { id, parent, name, kind = 'internal', at, took, error = null } = sketch;
  return {
    spanId: hexId(id, 16),
    parentSpanId: parent === undefined ? null : hexId(parent, 16),
    name,
    kind,
    startTime: began + at,
    durationMs: took,
    error,
    attributes: sketch.attributes ?? {},
    events: (sketch.events ?? []).map((event) => ({
      name: event.name,
      time: began + event.at,
      attributes: event.attributes ?? {},
    })),
    links: (sketch.links ?? []).map((link) => ({
      traceId: hexId(link.trace, 32),
      spanId: hexId(link.span, 16),
      attributes: { 'glance_edge.link': link.what },
    })),
  };
}

/** A trace as the gateway would sum it up; its first span is the call. */
export function trace(seed: string, tree: readonly StoredSpan[]): StoredTrace {
  const [call] = tree;
  if (call === undefined) throw new Error('A trace has a call.');
  const text = (name: string): string | null => {
    const value = call.attributes[name];
    return typeof value === 'string' ? value : null;
  };
  const status = call.attributes['http.response.status_code'];
  return {
    traceId: hexId(seed, 32),
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

/** The attributes of a call. */
export function call(
  method: string,
  route: string,
  more: StoredSpan['attributes'],
): StoredSpan['attributes'] {
  return {
    'http.request.method': method,
    'http.route': route,
    'http.response.status_code': 200,
    'glance_edge.region': 'RegionOne',
    'glance_edge.region.source': 'default',
    'glance_edge.ended': 'complete',
    ...more,
  };
}
