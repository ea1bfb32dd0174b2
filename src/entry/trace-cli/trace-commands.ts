// What each command of `glance-edge trace` asks the gateway for and prints of the answer.
import { MAX_LIMIT } from '../admin-cli/common-arguments.ts';
import { cleaned, jsonText } from '../admin-cli/plain-text.ts';
import { type CommandEnd, failure, nothing, type Session, stranger } from '../admin-cli/session.ts';
import { readSummary, readTrace, readTraceList } from './read-traces.ts';
import { tail } from './tail.ts';
import type { TraceArguments } from './trace-arguments.ts';
import { openTableHead, openTableLine, traceTable } from './trace-table.ts';
import { waterfall } from './waterfall.ts';

type Searching = Extract<TraceArguments, { readonly query: URLSearchParams }>;
type Showing = Extract<TraceArguments, { readonly kind: 'show' }>;

export async function listCalls(session: Session, wanted: Searching): Promise<CommandEnd> {
  const query = limited(wanted.query, wanted.limit ?? DEFAULT_LIST);
  const answer = await session.client.json('/api/traces', query);
  if (answer.kind !== 'answer') return failure(session, answer);
  return printList(session, answer.value, wanted.json);
}

/** Among as many as the admin face lists at most, the newest ones. */
export async function listSlowest(session: Session, wanted: Searching): Promise<CommandEnd> {
  const answer = await session.client.json('/api/traces', limited(wanted.query, MAX_LIMIT));
  if (answer.kind !== 'answer') return failure(session, answer);
  const held = readTraceList(answer.value);
  if (held === null) return stranger(session);
  const slowestFirst = held.toSorted((a, b) => b.durationMs - a.durationMs);
  const traces = slowestFirst.slice(0, wanted.limit ?? DEFAULT_SLOWEST);
  return printList(session, { traces }, wanted.json);
}

/** A trace id names a trace; anything else is looked for, and one match is as good as its name. */
export async function showTrace(session: Session, wanted: Showing): Promise<CommandEnd> {
  const { id } = wanted;
  if (/^[0-9a-f]{32}$/i.test(id)) return showOne(session, wanted, id.toLowerCase());
  const query = limited(new URLSearchParams({ q: id }), DEFAULT_LIST);
  const answer = await session.client.json('/api/traces', query);
  if (answer.kind !== 'answer') return failure(session, answer);
  const found = readTraceList(answer.value);
  if (found === null) return stranger(session);
  const [only, another] = found;
  if (only === undefined) return nothing(`Nothing is held of ${id}.`);
  if (another === undefined) return showOne(session, wanted, only.traceId);
  session.note(`Several calls match ${id}; show one by its trace id.`);
  return printList(session, answer.value, wanted.json);
}

/** Until the signal, or so many calls. */
export async function followCalls(session: Session, wanted: Searching): Promise<CommandEnd> {
  const { client, paper, timers, signal, print, note } = session;
  if (!wanted.json) print(openTableHead(paper));
  const end = await tail({
    client,
    query: wanted.query,
    limit: wanted.limit,
    signal,
    timers,
    onNote: note,
    onCall(told) {
      const call = readSummary(cleaned(told));
      if (call !== null) print(wanted.json ? jsonText(told) : openTableLine(call, paper));
    },
  });
  return end.kind === 'ended' ? { kind: 'done' } : failure(session, end);
}

/** A screenful, and fewer where each is a question. */
const DEFAULT_LIST = 20;
const DEFAULT_SLOWEST = 10;

async function showOne(session: Session, wanted: Showing, traceId: string): Promise<CommandEnd> {
  const path = `/api/traces/${encodeURIComponent(traceId)}`;
  const answer = await session.client.json(path, new URLSearchParams());
  if (answer.kind === 'refused' && answer.status === 404) {
    return nothing(`The trace ${traceId} is not held, or no longer.`);
  }
  if (answer.kind !== 'answer') return failure(session, answer);
  const trace = readTrace(cleaned(answer.value));
  if (trace === null) return stranger(session);
  if (wanted.json) session.print(jsonText(answer.value, 2));
  else for (const line of waterfall(trace, session.paper, wanted)) session.print(line);
  return { kind: 'done' };
}

function printList(session: Session, told: unknown, json: boolean): CommandEnd {
  const traces = readTraceList(cleaned(told));
  if (traces === null) return stranger(session);
  if (json) session.print(jsonText(told, 2));
  if (traces.length === 0) return nothing('No call that is held matches.');
  if (!json) for (const line of traceTable(traces, session.paper)) session.print(line);
  return { kind: 'done' };
}

function limited(query: URLSearchParams, limit: number): URLSearchParams {
  return new URLSearchParams([...query, ['limit', String(limit)]]);
}
