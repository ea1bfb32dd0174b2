// Log lines as JSON on stdout, by pino; and the access log: one line for each call when its last
// byte has left.
import { type DestinationStream, pino } from 'pino';
import { FAILURES } from '../core/failure.ts';
import type { CallObserver, CallSummary } from '../ports/call-observer.ts';
import type { Log, LogFields } from '../ports/log.ts';
import { redacted, redactedText } from './redact.ts';

export interface PinoLogSettings {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Takes finished lines; null for stdout. */
  readonly destination: DestinationStream | null;
}

export function createPinoLog({ level, destination }: PinoLogSettings): Log {
  const options = {
    level,
    base: { service: 'glance-edge' },
    timestamp: pino.stdTimeFunctions.isoTime,
    // Errors arrive as plain data; pino would take them for errors of its own.
    serializers: { err: (plain: unknown) => plain },
    // Words instead of pino's numbers: they mean something to a reader and to log stores.
    formatters: { level: (label: string) => ({ level: label }) },
  };
  const logger = destination === null ? pino(options) : pino(options, destination);

  function write(severity: 'info' | 'warn' | 'error', fields: LogFields, message: string): void {
    if (!logger.isLevelEnabled(severity)) return;
    try {
      logger[severity](redacted(fields), redactedText(message));
    } catch {
      // A field with a getter that throws, or a closed stdout: a call must not fail for its log line.
    }
  }

  return {
    info: (fields, message) => write('info', fields, message),
    warn: (fields, message) => write('warn', fields, message),
    error: (fields, message) => write('error', fields, message),
  };
}

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
