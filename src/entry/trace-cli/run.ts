// `glance-edge trace`: asks the admin face of a running gateway about its calls and prints what it says.
import { printUsage, refuse, runCommand } from '../admin-cli/program.ts';
import type { CommandEnd, Session } from '../admin-cli/session.ts';
import { readTraceArguments, TRACE_USAGE, type TraceArguments } from './trace-arguments.ts';
import { followCalls, listCalls, listSlowest, showTrace } from './trace-commands.ts';

/** Resolves with the exit status. */
export async function runTrace(args: readonly string[]): Promise<number> {
  const wanted = readTraceArguments(args);
  if (wanted.kind === 'help') return printUsage(TRACE_USAGE);
  if (wanted.kind === 'wrong') return refuse(`${wanted.message}; see glance-edge trace --help`);
  return runCommand({
    place: wanted.place,
    endless: wanted.kind === 'tail',
    run: (session) => run(wanted, session),
  });
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
