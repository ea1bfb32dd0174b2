// The log as the configuration wants it, on stdout.
import { createPinoLog } from '../adapters/pino-log.ts';
import type { Config } from '../config/config.ts';
import type { Log } from '../ports/log.ts';

export function openLog({ log: { level } }: Config): Log {
  return createPinoLog({ level: level === 'trace' ? 'debug' : level, destination: null });
}
