// The live tail: calls as the admin face tells of them, over connections that may break.
import type { Timers } from '../../ports/runtime.ts';
import type { AdminAnswer, AdminClient } from '../admin-cli/admin-client.ts';
import { readJson } from '../admin-cli/read-json.ts';
import { createEventReader, type ServerEvent } from './event-stream.ts';

export interface TailOptions {
  readonly client: AdminClient;
  /** Which calls, as the admin face takes it. */
  readonly query: URLSearchParams;
  /** Ends after so many calls; null for never. */
  readonly limit: number | null;
  /** Ends it in order. */
  readonly signal: AbortSignal;
  readonly timers: Timers;
  /** Told of each call: the JSON that came. */
  readonly onCall: (told: unknown) => void;
  /** Told in a line of whatever else happens: calls that were lost, connections too. */
  readonly onNote: (line: string) => void;
}

export type TailEnd =
  /** The signal, or the limit, ended it. */
  | { readonly kind: 'ended' }
  /** The first connection could not be had, or a later one was refused for good. */
  | Exclude<AdminAnswer<never>, { readonly kind: 'answer' }>;

/**
 * Goes on over restarts of the gateway; the calls that end meanwhile are not told. Three heartbeats
 * that do not come are a connection that broke without a word.
 */
export async function tail(options: TailOptions): Promise<TailEnd> {
  const { client, query, limit, signal, timers, onNote } = options;
  let connections = 0;
  let left = limit ?? Number.POSITIVE_INFINITY;
  let pauseMs = FIRST_PAUSE_MS;
  while (!signal.aborted && left > 0) {
    const connection = new AbortController();
    const leave = (): void => connection.abort();
    signal.addEventListener('abort', leave, { once: true });
    const answer = await client.stream('/api/traces/tail', query, connection.signal);
    if (answer.kind === 'answer') {
      if (connections > 0) onNote(`Connected to ${client.url} again.`);
      connections += 1;
      pauseMs = FIRST_PAUSE_MS;
      await follow(answer.value, connection);
    } else if (!signal.aborted && (connections === 0 || isFinal(answer))) {
      return answer;
    }
    signal.removeEventListener('abort', leave);
    if (signal.aborted || left <= 0) break;
    if (answer.kind === 'answer') onNote(`Lost the connection to ${client.url}; trying again.`);
    await pause(pauseMs);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
  return { kind: 'ended' };

  /** Until the connection ends, whoever ends it. */
  async function follow(pieces: AsyncIterable<string>, connection: AbortController): Promise<void> {
    const read = createEventReader();
    let cancelSilence = timers.after(SILENCE_MS, () => connection.abort());
    try {
      for await (const piece of pieces) {
        cancelSilence();
        cancelSilence = timers.after(SILENCE_MS, () => connection.abort());
        for (const event of read(piece)) take(event);
        if (left <= 0) return;
      }
    } catch (cause) {
      // Connections end as they like; what the reader refused is worth a word.
      if (!connection.signal.aborted && cause instanceof RangeError) onNote(cause.message);
    } finally {
      cancelSilence();
      connection.abort();
    }
  }

  function take({ name, data }: ServerEvent): void {
    if (name === 'lost') onNote(`${countOf(data)} calls are missing here: this reads too slowly.`);
    if (name !== 'trace' || left <= 0) return;
    left -= 1;
    options.onCall(parsed(data));
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = timers.after(ms, end);
      signal.addEventListener('abort', end);

      function end(): void {
        cancel();
        signal.removeEventListener('abort', end);
        resolve();
      }
    });
  }
}

/** Heartbeats come every 15 seconds. */
const SILENCE_MS = 45_000;

/** A restart takes a second or so; a machine that is gone is not worth more than six tries a minute. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

/** Trying again would not change it, other than with 503: somebody may leave. */
function isFinal(answer: TailEnd): boolean {
  return answer.kind === 'refused' && answer.status < 500;
}

/** `{"count":3}`. */
function countOf(data: string): string {
  const told = parsed(data);
  const counts = typeof told === 'object' && told !== null && 'count' in told;
  return counts && typeof told.count === 'number' ? String(told.count) : 'Some';
}

/** What can't be read is null, which is no call. */
function parsed(text: string): unknown {
  const read = readJson(text);
  return read.kind === 'value' ? read.value : null;
}
