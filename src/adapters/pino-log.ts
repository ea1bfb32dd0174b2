// Log lines as JSON on stdout, by pino.
import { type DestinationStream, pino } from 'pino';
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
