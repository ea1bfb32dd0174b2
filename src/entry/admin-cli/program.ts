// The frame of every command that asks a running gateway: signals, the terminal, exit statuses.
import type { Timers } from '../../ports/runtime.ts';
import { createAdminClient } from './admin-client.ts';
import { adminUrlOf } from './admin-url.ts';
import type { GatewayPlace } from './common-arguments.ts';
import { paperFor } from './paper.ts';
import { withoutControls } from './plain-text.ts';
import type { CommandEnd, Session } from './session.ts';

/** Exit statuses. Failed: no gateway, or nothing to show. Refused: what the operator wrote. */
const [OK, FAILED, REFUSED] = [0, 1, 2];

export function printUsage(usage: string): number {
  process.stdout.write(usage);
  return OK;
}

export function refuse(message: string): number {
  complain(message);
  return REFUSED;
}

export interface Command {
  readonly place: GatewayPlace;
  /** Ends in order when its signal aborts; other commands are just broken off. */
  readonly endless: boolean;
  readonly run: (session: Session) => Promise<CommandEnd>;
}

/** Resolves with the exit status. */
export async function runCommand(command: Command): Promise<number> {
  const place = adminUrlOf(command.place, process.env);
  if (place.kind === 'unknown') {
    for (const message of place.messages) process.stderr.write(`${message}\n`);
    return REFUSED;
  }
  const leaving = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      leaving.abort();
      if (!command.endless) process.exit(FAILED);
    });
  }
  endWithReader();
  const end = await command.run({
    client: createAdminClient(place.url),
    paper: paperFor(process.stdout, process.env),
    timers: wakefulTimers,
    signal: leaving.signal,
    print: (line) => void process.stdout.write(`${line}\n`),
    note: complain,
  });
  switch (end.kind) {
    case 'done':
      return OK;
    case 'failed':
      complain(end.message);
      return FAILED;
    case 'refused':
      return refuse(end.message);
    default:
      return end satisfies never;
  }
}

/** While a connection is waited for, nothing else keeps the process alive. */
const wakefulTimers: Timers = {
  after(ms, work) {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
};

/** `glance-edge trace tail | head` is over when `head` is, and that is no failure. */
function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? OK : FAILED);
  });
}

/** What the gateway says of itself may hold anything. */
function complain(message: string): void {
  process.stderr.write(`glance-edge: ${withoutControls(message)}\n`);
}
