// The admin face of a running gateway, over HTTP: JSON in one piece, and events as they come.
import { readError } from './read-answer.ts';
import { readJson } from './read-json.ts';

export type AdminAnswer<T> =
  | { readonly kind: 'answer'; readonly value: T }
  /** The gateway said no; the message is its own where it gave one. */
  | { readonly kind: 'refused'; readonly status: number; readonly message: string }
  /** There is no gateway, or no end to its answer. */
  | { readonly kind: 'unreachable'; readonly message: string };

export interface AdminClient {
  /** Of the gateway, as the operator wrote it. */
  readonly url: string;
  json(path: string, query: URLSearchParams): Promise<AdminAnswer<unknown>>;
  /** The text of an answer that has no end but the signal's; the pieces reject when it breaks off. */
  stream(
    path: string,
    query: URLSearchParams,
    signal: AbortSignal,
  ): Promise<AdminAnswer<AsyncIterable<string>>>;
}

/** `url` is the address of the admin face; a path in it stands before every path. */
export function createAdminClient(url: string): AdminClient {
  const base = url.replace(/\/+$/, '');

  async function ask<T>(
    path: string,
    query: URLSearchParams,
    signal: AbortSignal,
    read: (response: Response) => Promise<T> | T,
  ): Promise<AdminAnswer<T>> {
    const parameters = query.toString();
    try {
      const response = await fetch(`${base}${path}${parameters === '' ? '' : `?${parameters}`}`, {
        signal,
        redirect: 'error',
      });
      if (response.ok) return { kind: 'answer', value: await read(response) };
      const told = readError(await jsonOf(response).catch(() => null));
      const message = told ?? `the answer is ${response.status} ${response.statusText}`.trimEnd();
      return { kind: 'refused', status: response.status, message };
    } catch (cause) {
      return { kind: 'unreachable', message: reasonOf(cause) };
    }
  }

  return {
    url: base,
    json: (path, query) => ask(path, query, AbortSignal.timeout(ANSWER_MS), jsonOf),
    stream: (path, query, signal) => ask(path, query, signal, piecesOf),
  };
}

/** The admin face answers from memory; what takes longer is a network that swallows packets. */
const ANSWER_MS = 15_000;

/** A thousand traces in a list are under 1 MiB, a trace of 512 spans too. */
const MAX_ANSWER_BYTES = 64 * 2 ** 20;

async function jsonOf(response: Response): Promise<unknown> {
  let text = '';
  for await (const piece of piecesOf(response)) {
    text += piece;
    if (text.length > MAX_ANSWER_BYTES) throw new Error('the answer is too large');
  }
  const read = readJson(text);
  if (read.kind === 'value') return read.value;
  const what = read.reason === 'too deep' ? 'is nested too deeply' : 'is not JSON';
  throw new Error(`the answer ${what}: is this the admin face of a gateway?`);
}

async function* piecesOf(response: Response): AsyncGenerator<string> {
  if (response.body === null) return;
  yield* response.body.pipeThrough(new TextDecoderStream());
}

/** Fetch hides what happened in the cause of its error. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.name === 'TimeoutError') return 'no answer in time';
  const inner = cause.cause;
  if (!(inner instanceof Error)) return cause.message;
  const code = 'code' in inner && typeof inner.code === 'string' ? inner.code : '';
  return REASONS.get(code) ?? (inner.message || code);
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'nothing listens there'],
  ['ECONNRESET', 'the connection was reset'],
  ['ENOTFOUND', 'there is no such host'],
  ['EAI_AGAIN', 'the name of the host can not be looked up'],
  ['EHOSTUNREACH', 'there is no way to that host'],
  ['ENETUNREACH', 'there is no way to that network'],
  ['UND_ERR_CONNECT_TIMEOUT', 'no connection in time'],
]);
