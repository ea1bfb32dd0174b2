// An admin face over fakes: what a test does not say is empty.
import { type AdminApp, type AdminSources, createAdminApp } from '../../src/http/admin.ts';
import type { Activity, ImageActivity, Minute } from '../../src/ports/activity.ts';
import type {
  StoredTrace,
  TraceFilter,
  TraceListener,
  TraceMatch,
  TraceStore,
  TraceSummary,
} from '../../src/ports/trace-store.ts';
import { createManualTimers } from '../support/manual-timers.ts';

export const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
export const IMAGE_ID = '11111111-2222-4333-8444-555555555555';

export const SUMMARY: TraceSummary = {
  traceId: TRACE_ID,
  name: 'GET /v2/images/{image_id}/file',
  startTime: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
  durationMs: 12.34,
  status: 200,
  route: '/v2/images/{image_id}/file',
  region: 'RegionOne',
  image: IMAGE_ID,
  outcome: 'glance-edge; hit; detail=memory',
  requestId: 'req-1',
  error: null,
  spans: 3,
};

export const NOTHING: Minute = {
  time: 1_000,
  calls: 0,
  errors: 0,
  hits: 0,
  misses: 0,
  bypasses: 0,
  bytesSent: 0,
  imageBytes: { memory: 0, disk: 0, redis: 0, origin: 0 },
  fetchedBytes: 0,
  durationMs: { p50: 0, p95: 0, max: 0 },
};

export function openAdmin(sources: Partial<AdminSources> = {}): AdminApp {
  return createAdminApp({
    traces: storeOf([]).store,
    activity: activityOf([]),
    metrics: () => Promise.resolve({ body: '', contentType: 'text/plain' }),
    tiers: [],
    ready: () => ({ ready: true, reasons: [] }),
    version: '1.2.3',
    assets: new Map(),
    hosts: new Set(),
    timers: createManualTimers(0),
    turn: () => Promise.resolve(),
    ...sources,
  });
}

/** One request to a face of its own. */
export async function get(path: string, sources: Partial<AdminSources> = {}): Promise<Response> {
  return openAdmin(sources).fetch(new Request(`http://admin${path}`));
}

export function activityOf(images: readonly ImageActivity[]): Activity {
  return {
    minutes: () => [NOTHING],
    totals: () => NOTHING,
    regions: () => [],
    fills: () => [],
    images: (limit) => images.slice(0, limit),
    image: (imageId, region) =>
      images.filter(
        (image) => image.imageId === imageId && (region ?? image.region) === image.region,
      ),
  };
}

export interface FakeStore {
  readonly store: TraceStore;
  readonly asked: TraceFilter[];
  readonly watched: TraceMatch[];
  /** Tells whoever watches. */
  readonly end: (summary: TraceSummary) => void;
  readonly watchers: () => number;
}

export function storeOf(held: readonly TraceSummary[]): FakeStore {
  const asked: TraceFilter[] = [];
  const watched: TraceMatch[] = [];
  const listeners = new Set<TraceListener>();
  const store: TraceStore = {
    list(filter) {
      asked.push(filter);
      return Promise.resolve(held);
    },
    get(traceId): StoredTrace | null {
      const found = held.find((trace) => trace.traceId === traceId);
      return found ? { ...found, tree: [] } : null;
    },
    watch(match, listener) {
      watched.push(match);
      const own = { ...listener };
      listeners.add(own);
      return () => void listeners.delete(own);
    },
  };
  return {
    store,
    asked,
    watched,
    end: (summary) => {
      for (const listener of listeners) listener.ended(summary);
    },
    watchers: () => listeners.size,
  };
}
