// The gateway as a whole, as its primary knows it from the reports of the workers: what the admin face
// shows when several processes serve.
import { observeGauges } from '../../adapters/otel/gauges.ts';
import { startPrimaryTelemetry } from '../../adapters/otel/primary-telemetry.ts';
import { observeWorkers } from '../../adapters/otel/worker-gauges.ts';
import type { Config } from '../../config/config.ts';
import type { AdminSources } from '../../http/admin.ts';
import { openBooks } from '../../observe/activity/books.ts';
import type { Log } from '../../ports/log.ts';
import type { Clock, Timers } from '../../ports/runtime.ts';
import type { TierUsage } from '../../ports/tier.ts';
import type { Channel } from './channel.ts';
import { mergeFills } from './merged-fills.ts';
import { mergeTiers } from './merged-tiers.ts';
import type { WorkerReading } from './report.ts';
import { createReports } from './reports.ts';
import { createWatches } from './watches.ts';
import { countsOf, readinessOf, type WorkersState } from './workers-state.ts';

export interface WholeGatewayOptions {
  readonly config: Pick<Config, 'regions' | 'defaultRegion' | 'cache' | 'tracing'>;
  readonly version: string;
  readonly log: Log;
  readonly clock: Clock;
  readonly timers: Timers;
  /** How full each disk tier is, nearest first: the primary keeps their books. */
  readonly disks: readonly (() => TierUsage)[];
  /** As whoever starts and ends the workers knows it. */
  readonly workers: () => WorkersState;
}

export interface WholeGateway {
  readonly sources: Pick<AdminSources, 'traces' | 'metrics' | 'activity' | 'tiers' | 'ready'>;
  /** A worker has begun; it is asked for reports until it has gone. Its number is its own while it lives. */
  from(worker: number, channel: Channel): void;
  /** Takes in what the workers have not told yet; waits a second at the most, and never rejects. */
  fresh(): Promise<void>;
  /** Asks no more, and sends what is left to a collector, for so many milliseconds at the most. */
  close(deadlineMs: number): Promise<void>;
}

export function openWholeGateway(options: WholeGatewayOptions): WholeGateway {
  const { config, version, log, clock, timers, disks, workers } = options;
  const { regions, defaultRegion, cache, tracing } = config;
  const telemetry = startPrimaryTelemetry({ version, keep: tracing.keep, log, clock });
  const books = openBooks({ clock, regions, defaultRegion });
  const watches = createWatches(() => reports.soon());
  const reports = createReports({
    timers,
    log,
    question: () => ({ watches: watches.all() }),
    take(report) {
      telemetry.add(report);
      books.add(report.activity);
      watches.tell(report.watched);
    },
  });
  const names = ['memory', ...cache.tiers.map(({ store }) => store)] as const;
  const readings = (): readonly WorkerReading[] => reports.readings();
  const tiers = mergeTiers({ names, readings, disks });
  observeGauges(telemetry.meter, tiers, {
    calls: () => readings().reduce((sum, { calls }) => sum + calls, 0),
    fills: () => mergeFills(readings()).length,
  });
  observeWorkers(
    telemetry.meter,
    countsOf(workers, () => reports.silent()),
  );

  return {
    sources: {
      traces: {
        list: (filter) => telemetry.traces.list(filter),
        get: (traceId) => telemetry.traces.get(traceId),
        watch: (match, listener) => watches.watch(match, listener),
      },
      metrics: (accept) => telemetry.metrics(accept),
      activity: books.shown(() => mergeFills(readings())),
      tiers,
      ready: () => readinessOf(workers(), reports.silent()),
    },
    from: (worker, channel) => reports.from(worker, channel),
    fresh: () => reports.fresh(),
    async close(deadlineMs) {
      reports.close();
      await telemetry.shutdown(deadlineMs);
    },
  };
}
