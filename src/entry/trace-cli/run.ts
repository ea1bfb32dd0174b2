// `glance-edge trace`: asks the admin face of a running gateway and prints what it says.
import type { Timers } from '../../ports/runtime.ts';
import { createAdminClient } from './admin-client.ts';
import { adminUrlOf } from './admin-url.ts';
import { paperFor } from './paper.ts';
import { withoutControls } from './plain-text.ts';
import { readTraceArguments, TRACE_USAGE, type TraceArguments } from './trace-arguments.ts';
import {
  type CommandEnd,
  followCalls,
  listCalls,
  listSlowest,
  type Session,
  showTrace,
} from './trace-commands.ts';

/** Exit statuses. Failed: no gateway, or nothing to show. Refused: what the operator wrote. */
const [OK, FAILED, REFUSED] = [0, 1, 2];

/** Resolves with the exit status. */
export async function runTrace(args: readonly string[]): Promise<number> {
  const wanted = readTraceArguments(args);
  if (wanted.kind === 'help') {
    process.stdout.write(TRACE_USAGE);
    return OK;
  }
  if (wanted.kind === 'wrong') return refuse(`${wanted.message}; see glance-edge trace --help`);
  const place = adminUrlOf(wanted.place, process.env);
  if (place.kind === 'unknown') {
    for (const message of place.messages) process.stderr.write(`${message}\n`);
    return REFUSED;
  }
  const leaving = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      leaving.abort();
      // Only a tail has an end of its own to come to.
      if (wanted.kind !== 'tail') process.exit(FAILED);
    });
  }
  endWithReader();
  const end = await run(wanted, {
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

type Command = Exclude<TraceArguments, { readonly kind: 'help' | 'wrong' }>;

function run(wanted: Command, session: Session): Promise<CommandEnd> {
  switch (wanted.kind) {
    case 'list':
      return listCalls(session, wanted);
    case 'slowest':
      return listSlowest(session, wanted);
    case 'show':
      return showTrace(session, wanted);
    case 'tail':
      return followCalls(session, wanted);
    default:
      return wanted satisfies never;
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

function refuse(message: string): number {
  complain(message);
  return REFUSED;
}

/** What the gateway says of itself may hold anything. */
function complain(message: string): void {
  process.stderr.write(`glance-edge: ${withoutControls(message)}\n`);
}
