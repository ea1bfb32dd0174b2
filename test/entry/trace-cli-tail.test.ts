// The tail of `glance-edge trace` over connections that a test scripts: no network, and time that
// passes when the test says so.
import { expect, test } from 'vitest';
import type { AdminAnswer, AdminClient } from '../../src/entry/admin-cli/admin-client.ts';
import { type TailEnd, tail } from '../../src/entry/trace-cli/tail.ts';
import { createManualTimers } from '../support/manual-timers.ts';

type Connection = AdminAnswer<AsyncIterable<string>>;

const GONE: Connection = { kind: 'unreachable', message: 'nothing listens there' };
const FULL: Connection = { kind: 'refused', status: 503, message: 'Too many listen already.' };
const BAD: Connection = { kind: 'refused', status: 400, message: 'The parameter "x" is not one.' };

function event(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** A connection that brings these pieces and then ends. */
function bringing(...pieces: readonly string[]): Connection {
  return { kind: 'answer', value: ReadableStream.from(pieces) };
}

/** A connection that breaks off after its pieces. */
function breaking(...pieces: readonly string[]): Connection {
  async function* value(): AsyncGenerator<string> {
    yield* pieces;
    throw new TypeError('terminated');
  }
  return { kind: 'answer', value: value() };
}

interface Run {
  readonly end: Promise<TailEnd>;
  readonly calls: readonly unknown[];
  readonly notes: readonly string[];
  /** Milliseconds of each pause, in order. */
  readonly pauses: readonly number[];
  leave(): void;
}

/** Pauses pass at once; silence never lasts long enough to matter. */
function start(
  connections: readonly ((signal: AbortSignal) => Connection)[],
  limit: number | null = null,
): Run {
  const leaving = new AbortController();
  const calls: unknown[] = [];
  const notes: string[] = [];
  const pauses: number[] = [];
  const rest = [...connections];
  const client: AdminClient = {
    url: 'http://edge:9394',
    json: () => Promise.reject(new Error('a tail asks for no JSON')),
    stream: (_path, _query, signal) => {
      const next = rest.shift();
      if (next === undefined) leaving.abort();
      return Promise.resolve(next?.(signal) ?? GONE);
    },
  };
  const end = tail({
    client,
    query: new URLSearchParams(),
    limit,
    signal: leaving.signal,
    timers: {
      after(ms, work) {
        if (ms >= 45_000) return () => undefined;
        pauses.push(ms);
        queueMicrotask(work);
        return () => undefined;
      },
    },
    onCall: (told) => calls.push(told),
    onNote: (line) => notes.push(line),
  });
  return { end, calls, notes, pauses, leave: () => leaving.abort() };
}

test('calls are told in order, and heartbeats are not', async () => {
  const run = start([
    () => bringing(': listening\n\n', event('trace', { n: 1 }), ': here\n\n', event('trace', 2)),
  ]);
  expect(await run.end).toEqual({ kind: 'ended' });
  expect(run.calls).toEqual([{ n: 1 }, 2]);
});

test('it ends after as many calls as are wanted', async () => {
  const many = [1, 2, 3].map((n) => event('trace', n)).join('');
  const run = start([() => bringing(many)], 2);
  expect(await run.end).toEqual({ kind: 'ended' });
  expect([run.calls, run.notes, run.pauses]).toEqual([[1, 2], [], []]);
});

test('it goes on after a restart, and says so once', async () => {
  const run = start(
    [
      () => breaking(event('trace', 1)),
      () => GONE,
      () => FULL,
      () => bringing(event('trace', 2), event('trace', 3)),
    ],
    3,
  );
  expect(await run.end).toEqual({ kind: 'ended' });
  expect(run.calls).toEqual([1, 2, 3]);
  expect(run.notes).toEqual([
    'Lost the connection to http://edge:9394; trying again.',
    'Connected to http://edge:9394 again.',
  ]);
});

test('it waits longer each time, up to ten seconds, and shortly again after a success', async () => {
  const gone = Array.from({ length: 6 }, () => () => GONE);
  const run = start([() => bringing(), ...gone, () => bringing(), () => GONE]);
  await run.end;
  expect(run.pauses.slice(0, 9)).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000, 500, 1000]);
});

test.each([GONE, FULL, BAD])('a first connection that fails is the end: %j', async (answer) => {
  const run = start([() => answer]);
  expect(await run.end).toEqual(answer);
  expect(run.pauses).toEqual([]);
});

test('a later one that is refused for good is the end too', async () => {
  const run = start([() => bringing(), () => BAD]);
  expect(await run.end).toEqual(BAD);
});

test('calls that were lost are counted, and what is no call does no harm', async () => {
  const run = start([
    () =>
      bringing(
        event('lost', { count: 3 }),
        'event: lost\ndata: many\n\n',
        'event: trace\ndata: {"broken\n\n',
        event('news', 1),
      ),
  ]);
  await run.end;
  expect(run.calls).toEqual([null]);
  expect(run.notes.slice(0, 2)).toEqual([
    '3 calls are missing here: this reads too slowly.',
    'Some calls are missing here: this reads too slowly.',
  ]);
});

test('an event without an end breaks the connection, not the memory', async () => {
  const run = start([() => bringing(`data: ${'x'.repeat(2 ** 20)}`), () => bringing()]);
  await run.end;
  expect(run.notes).toContain('The gateway sent an event that is too long.');
});

test('leaving ends a connection that is open, and nothing is said of it', async () => {
  const run = start([endless]);
  await Promise.resolve();
  run.leave();
  expect(await run.end).toEqual({ kind: 'ended' });
  expect(run.notes).toEqual([]);
});

test('a connection that is silent for three heartbeats is given up', async () => {
  const timers = createManualTimers();
  const leaving = new AbortController();
  const opened: AbortSignal[] = [];
  const notes: string[] = [];
  const first = Promise.withResolvers<void>();
  const lost = Promise.withResolvers<void>();
  const end = tail({
    client: {
      url: 'http://edge:9394',
      json: () => Promise.reject(new Error('a tail asks for no JSON')),
      stream(_path, _query, signal) {
        opened.push(signal);
        return Promise.resolve(endless(signal, first.resolve));
      },
    },
    query: new URLSearchParams(),
    limit: null,
    signal: leaving.signal,
    timers,
    onCall: () => undefined,
    onNote(line) {
      notes.push(line);
      lost.resolve();
    },
  });
  await first.promise;
  timers.advance(44_999);
  expect(opened.map(({ aborted }) => aborted)).toEqual([false]);
  timers.advance(1);
  await lost.promise;
  expect(opened.map(({ aborted }) => aborted)).toEqual([true]);
  expect(notes).toEqual(['Lost the connection to http://edge:9394; trying again.']);
  leaving.abort();
  expect(await end).toEqual({ kind: 'ended' });
  expect(timers.pending()).toBe(0);
});

/** Says nothing until its signal ends it; tells when it is first read. */
function endless(signal: AbortSignal, onRead: () => void = () => undefined): Connection {
  const value = new ReadableStream<string>({
    start(controller) {
      signal.addEventListener('abort', () => controller.error(new Error('aborted')));
    },
    pull: onRead,
  });
  return { kind: 'answer', value };
}
