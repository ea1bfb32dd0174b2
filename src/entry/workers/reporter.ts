// A worker's side of the admin face: answers the primary's questions for reports.
import type { WorkerTelemetry } from '../../adapters/otel/worker-telemetry.ts';
import type { ActivityWatch } from '../../observe/activity/activity.ts';
import type { MeasuredTier } from '../../ports/tier.ts';
import type { Channel } from './channel.ts';
import { LAST_REPORT, REPORT, type WorkerReport } from './report.ts';
import { createWatchedCalls } from './watched-calls.ts';

export interface ReporterParts {
  readonly telemetry: Pick<WorkerTelemetry, 'takenMetrics' | 'takenTraces' | 'exemplars' | 'watch'>;
  readonly activity: Pick<ActivityWatch, 'take' | 'fillsUnderWay'>;
  /** Nearest first. */
  readonly tiers: readonly MeasuredTier[];
  /** Calls whose last byte has not left. */
  readonly calls: () => number;
}

export interface Reporter {
  /** Tells what is left. Settles when the primary has it, or has gone; never rejects. */
  end(): Promise<void>;
}

/** In one report, each of some KiB: a busy second's worth. The rest waits, or makes room for newer ones. */
const TRACES = 256;

export function reportTo(channel: Channel, parts: ReporterParts): Reporter {
  const { telemetry, activity, tiers, calls } = parts;
  const watched = createWatchedCalls((match, listener) => telemetry.watch(match, listener));

  channel.on(REPORT, ({ watches }) => {
    watched.want(watches);
    return report(TRACES);
  });

  async function report(traces: number): Promise<WorkerReport> {
    // First, as it may fail: what is taken and then not told would be lost.
    const metrics = await telemetry.takenMetrics.take();
    return {
      metrics,
      exemplars: telemetry.exemplars.take(),
      traces: telemetry.takenTraces.take(traces),
      activity: activity.take(),
      watched: watched.take(),
      reading: {
        calls: calls(),
        fills: activity.fillsUnderWay(),
        tiers: tiers.map((tier) => tier.usage()),
      },
      more: telemetry.takenTraces.waiting() > 0,
    };
  }

  return {
    async end() {
      await report(Infinity)
        .then((last) => channel.ask(LAST_REPORT, last))
        .catch(() => undefined);
    },
  };
}
