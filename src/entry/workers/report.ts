// What a worker tells the primary when it is asked: all that it has counted, held and seen end since
// the last time, and how things stand with it now. The primary adds it up for the admin face.
import type { TelemetryNews } from '../../adapters/otel/primary-telemetry.ts';
import type { ActivityNews } from '../../observe/activity/books.ts';
import type { RunningFill } from '../../ports/activity.ts';
import type { TierUsage } from '../../ports/tier.ts';
import type { TraceMatch, TraceSummary } from '../../ports/trace-store.ts';
import type { Topic } from './channel.ts';

export interface WorkerReport extends TelemetryNews {
  readonly activity: ActivityNews;
  readonly watched: readonly WatchedCalls[];
  readonly reading: WorkerReading;
  /** Whether there is more to tell of traces. */
  readonly more: boolean;
}

/** How things stand with a worker. */
export interface WorkerReading {
  readonly calls: number;
  readonly fills: readonly RunningFill[];
  /** Of each tier, nearest first. */
  readonly tiers: readonly TierUsage[];
}

/** Somebody who wants to hear of calls as they end. */
export interface Watch {
  readonly id: number;
  readonly match: TraceMatch;
}

/** What such a one is told. */
export interface WatchedCalls {
  readonly id: number;
  readonly calls: readonly TraceSummary[];
  /** Calls that were too many to be told of. */
  readonly lost: number;
}

export interface ReportQuestion {
  /** All who want to hear of calls: those that are not named any more want no more. */
  readonly watches: readonly Watch[];
}

/** Asked by the primary. */
export const REPORT: Topic<ReportQuestion, WorkerReport> = { name: 'report' };

/** Handed over by a worker that ends, so that nothing is lost that it has counted. */
export const LAST_REPORT: Topic<WorkerReport> = { name: 'last-report' };
