// The telemetry of a worker: it sends its sampled spans to the collector itself, and hands what it holds
// and counts to the primary, which shows it and sends the metrics of all workers.
import type { Meter } from '@opentelemetry/api';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import type { TraceStore } from '../../ports/trace-store.ts';
import type { GivenAttributes, Tracing } from '../../ports/tracing.ts';
import { createExemplars, type Exemplars } from './exemplars.ts';
import { createHistograms, type Histograms } from './histograms.ts';
import { createTakenMetrics, type TakenMetrics } from './metric-news.ts';
import { DURATION_BUCKETS } from './metrics.ts';
import { createTraceRing, usualPerMinuteOf } from './ring.ts';
import type { TelemetrySettings } from './sdk.ts';
import { describeService, SERVICE } from './service.ts';
import { recordSpans } from './span-recording.ts';
import { createTakenTraces, type TakenTraces } from './trace-news.ts';
import { within } from './within.ts';

export interface WorkerTelemetry {
  readonly tracing: Tracing<GivenAttributes>;
  readonly meter: Meter;
  readonly exemplars: Exemplars;
  readonly histograms: Histograms;
  readonly takenMetrics: TakenMetrics;
  readonly takenTraces: TakenTraces;
  readonly watch: TraceStore['watch'];
  /** Sends what is left, for at most `deadlineMs` milliseconds. Never rejects; repeating it is fine. */
  readonly shutdown: (deadlineMs: number) => Promise<void>;
}

export interface WorkerTelemetrySettings extends Omit<TelemetrySettings, 'clock'> {
  /** How many there are: each holds its share of the traces, until the primary has asked for them. */
  readonly workers: number;
}

export function startWorkerTelemetry(settings: WorkerTelemetrySettings): WorkerTelemetry {
  const { version, keep, workers } = settings;
  const resource = describeService(version);
  const takenTraces = createTakenTraces();
  const share = (whole: number): number => Math.ceil(whole / workers);
  const bounds = { keep: share(keep), usualPerMinute: share(usualPerMinuteOf(keep)) };
  const ring = createTraceRing(bounds, takenTraces.watch);
  const spans = recordSpans({ ...settings, resource, holder: ring.processor, held: keep > 0 });
  const histograms = createHistograms();
  const takenMetrics = createTakenMetrics(() => histograms.take());
  const meters = new MeterProvider({ resource, readers: [takenMetrics.reader] });
  return {
    tracing: spans.tracing,
    meter: meters.getMeter(SERVICE, version),
    exemplars: createExemplars(DURATION_BUCKETS),
    histograms,
    takenMetrics,
    takenTraces,
    watch: (match, listener) => ring.store.watch(match, listener),
    shutdown: (deadlineMs) => within(deadlineMs, [spans.shutdown(), meters.shutdown()]),
  };
}
