// The telemetry of a primary: it makes no spans, and has no metrics but gauges of its own; it holds and
// adds up what its workers tell, for the admin face and for a collector of metrics.
import type { Meter } from '@opentelemetry/api';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import type { Log } from '../../ports/log.ts';
import type { Clock } from '../../ports/runtime.ts';
import { createExemplars, type ExemplarNews } from './exemplars.ts';
import { createGatheredTraces, type GatheredTraces } from './gathered-traces.ts';
import type { MetricNews } from './metric-news.ts';
import { CALL_DURATION, DURATION_BUCKETS } from './metrics.ts';
import { createPrometheusText, type MetricsText } from './prometheus.ts';
import { pushedMetrics } from './pushed-metrics.ts';
import { describeService, SERVICE } from './service.ts';
import { createSummedMetrics } from './summed-metrics.ts';
import type { TraceNews } from './trace-news.ts';
import { within } from './within.ts';

export interface PrimaryTelemetrySettings {
  readonly version: string;
  /** Traces held for the trace page, of all workers together. */
  readonly keep: number;
  readonly log: Log;
  readonly clock: Clock;
}

/** What a worker has counted and held since the last time. */
export interface TelemetryNews {
  readonly metrics: readonly MetricNews[];
  readonly exemplars: readonly ExemplarNews[];
  readonly traces: readonly TraceNews[];
}

export interface PrimaryTelemetry {
  /** For gauges: what workers have counted comes by `add`. */
  readonly meter: Meter;
  readonly traces: Pick<GatheredTraces, 'list' | 'get'>;
  add(news: TelemetryNews): void;
  /** All metrics as text, in the format that an `Accept` header asks for. */
  metrics(accept: string | null): Promise<MetricsText>;
  /** Sends what is left, for at most `deadlineMs` milliseconds. Never rejects; repeating it is fine. */
  shutdown(deadlineMs: number): Promise<void>;
}

export function startPrimaryTelemetry(settings: PrimaryTelemetrySettings): PrimaryTelemetry {
  const { version, keep, log, clock } = settings;
  const traces = createGatheredTraces({ keep });
  const exemplars = createExemplars(DURATION_BUCKETS);
  const sums = createSummedMetrics(version, clock);
  const producers = [sums.producer];
  const prometheus = createPrometheusText(new Map([[CALL_DURATION, exemplars]]), producers);
  const meters = new MeterProvider({
    resource: describeService(version),
    readers: [prometheus.reader, ...pushedMetrics(log, () => producers)],
  });
  return {
    meter: meters.getMeter(SERVICE, version),
    traces,
    add(news) {
      sums.add(news.metrics);
      for (const { labels, ...exemplar } of news.exemplars) exemplars.told(labels, exemplar);
      for (const trace of news.traces) traces.add(trace);
    },
    metrics: (accept) => prometheus.collect(accept),
    shutdown: (deadlineMs) => within(deadlineMs, [meters.shutdown()]),
  };
}
