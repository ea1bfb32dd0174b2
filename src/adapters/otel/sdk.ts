// The OpenTelemetry SDK put together for Node: spans to the trace page and to a collector, metrics
// to /metrics and to a collector. Built once by the entry, before the gateway.
import type { Meter } from '@opentelemetry/api';
import { MeterProvider, type MetricProducer } from '@opentelemetry/sdk-metrics';
import type { Log } from '../../ports/log.ts';
import type { Clock } from '../../ports/runtime.ts';
import type { TraceStore } from '../../ports/trace-store.ts';
import type { GivenAttributes, Tracing } from '../../ports/tracing.ts';
import { createExemplars, type Exemplars } from './exemplars.ts';
import { createHistograms, type Histograms } from './histograms.ts';
import { CALL_DURATION, DURATION_BUCKETS } from './metrics.ts';
import { createPrometheusText, type MetricsText } from './prometheus.ts';
import { pushedMetrics } from './pushed-metrics.ts';
import { createTraceRing } from './ring.ts';
import { describeService, SERVICE } from './service.ts';
import { recordSpans } from './span-recording.ts';
import { createSummedMetrics, type SummedMetrics } from './summed-metrics.ts';
import { within } from './within.ts';

export interface TelemetrySettings {
  /** Of this program, for `service.version`. */
  readonly version: string;
  /** Traces held for the trace page. */
  readonly keep: number;
  /** Share of new traces that are exported, 0 to 1; the trace page shows them all. */
  readonly sample: number;
  /** Base URL of an OTLP/HTTP collector for spans; null leaves it to the OTEL_* variables. */
  readonly otlpEndpoint: string | null;
  readonly log: Log;
  readonly clock: Clock;
}

export interface Telemetry {
  readonly tracing: Tracing<GivenAttributes>;
  readonly traces: TraceStore;
  readonly meter: Meter;
  /** All metrics as text, in the format that an `Accept` header asks for. */
  readonly metrics: (accept: string | null) => Promise<MetricsText>;
  /** Of the durations of calls: to be handed to the metrics. */
  readonly exemplars: Exemplars;
  /** What the readers of `meter` show besides it: to be handed to the metrics. */
  readonly histograms: Histograms;
  /** Sends what is left, for at most `deadlineMs` milliseconds. Never rejects; repeating it is fine. */
  readonly shutdown: (deadlineMs: number) => Promise<void>;
}

export function startTelemetry(settings: TelemetrySettings): Telemetry {
  const { version, keep, log, clock } = settings;
  const resource = describeService(version);
  const ring = createTraceRing({ keep });
  const spans = recordSpans({ ...settings, resource, holder: ring.processor, held: keep > 0 });
  const exemplars = createExemplars(DURATION_BUCKETS);
  const histograms = createHistograms();
  // For each reader: what is recorded is taken from the histograms once.
  const sums: SummedMetrics[] = [];
  const catchUp = (): void => {
    const news = histograms.take();
    for (const sum of sums) sum.add(news);
  };
  const producers = (isDelta: boolean): MetricProducer[] => {
    const sum = createSummedMetrics(version, clock, { catchUp, isDelta });
    sums.push(sum);
    return [sum.producer];
  };
  const prometheus = createPrometheusText(new Map([[CALL_DURATION, exemplars]]), producers(false));
  const readers = [prometheus.reader, ...pushedMetrics(log, producers)];
  const meters = new MeterProvider({ resource, readers });

  return {
    tracing: spans.tracing,
    traces: ring.store,
    meter: meters.getMeter(SERVICE, version),
    metrics: (accept) => prometheus.collect(accept),
    exemplars,
    histograms,
    shutdown: (deadlineMs) => within(deadlineMs, [spans.shutdown(), meters.shutdown()]),
  };
}
