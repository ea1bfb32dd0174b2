// Whether and where telemetry is sent by OTLP over HTTP: from the configuration for spans, and
// from the standard OTEL_* variables for spans and metrics. A collector in trouble costs log lines.
import { type ExportResult, ExportResultCode, getStringFromEnv } from '@opentelemetry/core';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { Log } from '../../ports/log.ts';

/**
 * Sends spans to `endpoint` (a base URL, as OTEL_EXPORTER_OTLP_ENDPOINT is), else to where the
 * environment says; null when neither names a collector.
 */
export function otlpSpanExporter(endpoint: string | null, log: Log): SpanExporter | null {
  if (endpoint === null && !environmentWants('TRACES')) return null;
  const url = endpoint === null ? {} : { url: `${endpoint.replace(/\/+$/, '')}/v1/traces` };
  return watched(new OTLPTraceExporter(url), 'spans', log);
}

/** Sends metrics to where the environment says; null when it names no collector for them. */
export function otlpMetricExporter(log: Log): PushMetricExporter | null {
  if (!environmentWants('METRICS')) return null;
  return watched(new OTLPMetricExporter(), 'metrics', log);
}

/** OTEL_SDK_DISABLED and OTEL_*_EXPORTER=none stop the export; the trace page stays as it is. */
function environmentWants(signal: 'TRACES' | 'METRICS'): boolean {
  if (getStringFromEnv('OTEL_SDK_DISABLED')?.toLowerCase() === 'true') return false;
  if (getStringFromEnv(`OTEL_${signal}_EXPORTER`) === 'none') return false;
  const endpoint =
    getStringFromEnv(`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`) ??
    getStringFromEnv('OTEL_EXPORTER_OTLP_ENDPOINT');
  return endpoint !== undefined;
}

/** An exporter that logs when its collector goes away and when it is back, not every lost batch. */
function watched<Batch, Exporter extends Exports<Batch>>(
  exporter: Exporter,
  what: 'spans' | 'metrics',
  log: Log,
): Exporter {
  const send = exporter.export.bind(exporter);
  let failing = false;
  exporter.export = (batch, done) =>
    send(batch, (result) => {
      const failed = result.code !== ExportResultCode.SUCCESS;
      if (failed && !failing) {
        log.warn({ what, cause: result.error?.message }, 'The OTLP collector takes no telemetry.');
      }
      if (!failed && failing) log.info({ what }, 'The OTLP collector takes telemetry again.');
      failing = failed;
      done(result);
    });
  return exporter;
}

interface Exports<Batch> {
  export(batch: Batch, done: (result: ExportResult) => void): void;
}
