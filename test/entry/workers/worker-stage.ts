// A primary's view of the whole, and workers that do nothing but report to it; all in one process.
import { createMetrics } from '../../../src/adapters/otel/metrics.ts';
import { startWorkerTelemetry } from '../../../src/adapters/otel/worker-telemetry.ts';
import { type Reporter, reportTo } from '../../../src/entry/workers/reporter.ts';
import { openWholeGateway, type WholeGateway } from '../../../src/entry/workers/whole-gateway.ts';
import type { WorkersState } from '../../../src/entry/workers/workers-state.ts';
import { watchActivity } from '../../../src/observe/activity/activity.ts';
import type { CallSummary } from '../../../src/ports/call-observer.ts';
import type { TierUsage } from '../../../src/ports/tier.ts';
import { callSummary } from '../../support/call-summary.ts';
import { createManualTimers, type ManualTimers } from '../../support/manual-timers.ts';
import { type ChannelPair, openChannelPair } from './channel-pair.ts';

export const REGIONS = [{ name: 'RegionOne', endpoints: ['http://one.example:9292'] }];
export const START = 1_800_000_000_000;

const LOG = { info() {}, warn() {}, error() {} };

export interface WorkerStage {
  readonly line: ChannelPair;
  readonly reporter: Reporter;
  /** A call that ends now; its trace id. */
  call(changes?: Partial<CallSummary>): string;
}

export interface Stage {
  readonly whole: WholeGateway;
  readonly timers: ManualTimers;
  readonly state: { -readonly [Name in keyof WorkersState]: WorkersState[Name] };
  readonly worker: (id: number) => WorkerStage;
}

export function openStage(keep = 100): Stage {
  const timers = createManualTimers(START);
  const state = { wanted: 2, ready: 2, died: 0, draining: false };
  const whole = openWholeGateway({
    config: {
      regions: REGIONS.map((region) => ({ ...region, hosts: [], ca: null })),
      defaultRegion: 'RegionOne',
      cache: CACHE,
      tracing: { keep, sample: 1, otlpEndpoint: null, osprofilerHmacKeys: [] },
    },
    version: '1.2.3',
    log: LOG,
    clock: timers,
    timers,
    disks: [() => ({ bytes: 50, maxBytes: 100, entries: 5 })],
    workers: () => state,
  });
  return {
    whole,
    timers,
    state,
    worker(id) {
      const worker = aWorker(timers, keep);
      whole.from(id, worker.line.primary);
      return worker;
    },
  };
}

function aWorker(clock: ManualTimers, keep: number): WorkerStage {
  const line = openChannelPair();
  const settings = { version: '1.2.3', keep, sample: 1, otlpEndpoint: null, log: LOG, workers: 1 };
  const telemetry = startWorkerTelemetry(settings);
  const activity = watchActivity({ clock, regions: REGIONS, defaultRegion: 'RegionOne' });
  const { calls } = createMetrics(telemetry.meter, {
    tiers: [],
    histograms: telemetry.histograms,
    exemplars: telemetry.exemplars,
    underWay: { calls: () => 0, fills: () => 0 },
  });
  const usages: readonly TierUsage[] = [
    { bytes: 10, maxBytes: 20, entries: 1 },
    { bytes: 0, maxBytes: 0, entries: 0 },
  ];
  const tiers = usages.map((usage) => ({ name: 'memory' as const, usage: () => usage }));
  return {
    line,
    reporter: reportTo(line.worker, { telemetry, activity, tiers, calls: () => 3 }),
    call(changes = {}) {
      const span = telemetry.tracing.server('GET /v2/images', [], {
        'http.response.status_code': changes.status ?? 200,
        'glance_edge.region': changes.region ?? 'RegionOne',
      });
      span.end();
      const { traceId } = span.context;
      for (const told of [calls, activity.calls]) told.ended(callSummary({ ...changes, traceId }));
      return traceId;
    },
  };
}

const CACHE = {
  chunkBytes: 4,
  memoryBytes: 16,
  metadataTtlMs: 0,
  authorizationTtlMs: 0,
  staleIfErrorMs: 0,
  secret: null,
  tiers: [{ store: 'disk' as const, path: '/nowhere', maxBytes: 100 }],
};
