// The access log: one line for each call when its last byte has left.
import { FAILURES } from '../core/failure.ts';
import type { CallObserver, CallSummary } from '../ports/call-observer.ts';
import type { Log, LogFields } from '../ports/log.ts';

/** Writes one line a call: `error` for defects of the gateway, `warn` for trouble with origins. */
export function createCallLog(log: Log): CallObserver {
  return {
    ended(summary) {
      const severity = summary.failure === null ? 'info' : SEVERITIES[source(summary.failure)];
      log[severity](fieldsOf(summary), `${summary.method} ${summary.route} ${summary.status}`);
    },
  };
}

const SEVERITIES = { client: 'info', origin: 'warn', gateway: 'error' } as const;

function source(failure: NonNullable<CallSummary['failure']>): keyof typeof SEVERITIES {
  // Refusing work under load or while stopping is what the gateway was told to do: no defect.
  const { source: blamed, retryable } = FAILURES[failure];
  return blamed === 'gateway' && retryable ? 'origin' : blamed;
}

function fieldsOf(summary: CallSummary): LogFields {
  return {
    trace_id: summary.traceId,
    request_id: summary.requestId,
    method: summary.method,
    route: summary.route,
    region: summary.region,
    image_id: summary.imageId,
    status: summary.status,
    cache_status: summary.cacheStatus,
    ended: summary.ended,
    failure: summary.failure,
    duration_ms: summary.durationMs,
    ttfb_ms: summary.ttfbMs,
    bytes_sent: summary.bytesSent,
    bytes_received: summary.bytesReceived,
    bytes_from: summary.tierBytes,
    origin_attempts: summary.originAttempts,
  };
}
