// Log lines as JSON on the console, where Workers collect them; the lines are those of Node's log.
import type { Log, LogFields } from '../ports/log.ts';
import type { Clock } from '../ports/runtime.ts';
import { redacted, redactedText } from './redact.ts';

const SEVERITIES = { trace: 0, debug: 0, info: 1, warn: 2, error: 3, silent: 4 } as const;

export interface ConsoleLogSettings {
  /** The least important lines that are still written. */
  readonly level: keyof typeof SEVERITIES;
  readonly clock: Clock;
  readonly console: Pick<Console, 'info' | 'warn' | 'error'>;
}

export function createConsoleLog({ level, clock, console }: ConsoleLogSettings): Log {
  function write(severity: 'info' | 'warn' | 'error', fields: LogFields, message: string): void {
    if (SEVERITIES[severity] < SEVERITIES[level]) return;
    try {
      const time = new Date(clock.now()).toISOString();
      const clean = redacted(fields);
      const line = { level: severity, time, service: 'glance-edge', ...Object(clean) };
      console[severity](JSON.stringify({ ...line, msg: redactedText(message) }));
    } catch {
      // A field with a getter that throws: a call must not fail for its log line.
    }
  }

  return {
    info: (fields, message) => write('info', fields, message),
    warn: (fields, message) => write('warn', fields, message),
    error: (fields, message) => write('error', fields, message),
  };
}
