// How pieces are written and when they count as sent, on connections that take everything at once.
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { createAnswerSink } from '../../src/entry/answer-sink.ts';
import { createSendingTurns, type SendingTurns } from '../../src/entry/sending-turns.ts';
import type { AnswerSink } from '../../src/http/answer-sink.ts';

const KIB = 1024;

/** A connection to somebody who reads faster than anything can be written. */
class EagerSocket extends Socket {
  readonly #took: (bytes: number) => void;
  constructor(took: (bytes: number) => void) {
    super();
    this.#took = took;
  }
  override _write(piece: Uint8Array, _encoding: string, written: () => void): void {
    this.#took(piece.length);
    written();
  }
  override _writev(pieces: { chunk: Uint8Array }[], written: () => void): void {
    for (const { chunk } of pieces) this.#took(chunk.length);
    written();
  }
}

/** `took` is told of all that is written, the head included. */
function begun(turns: SendingTurns, took: (bytes: number) => void): AnswerSink {
  const request = new IncomingMessage(new EagerSocket(took));
  const response = new ServerResponse(request);
  response.assignSocket(new EagerSocket(took));
  const sink = createAnswerSink(request, response, turns);
  sink.begin(200, [['Content-Length', String(8192 * KIB)]]);
  return sink;
}

test('every large piece waits for its turn, and has left as soon as it is written', async () => {
  const sink = begun(createSendingTurns(512 * KIB), () => {});
  let given = 0;
  const seen: number[] = [];
  for (let piece = 0; piece < 2; piece += 1) {
    setImmediate(() => {
      given += 1;
    });
    expect(await sink.write(new Uint8Array(256 * KIB))).toBe(true);
    seen.push(given);
  }
  expect(seen).toEqual([1, 2]);
});

test.each([1, 64])('a small piece waits for nobody: %i KiB', async (size) => {
  const sink = begun(createSendingTurns(512 * KIB), () => {});
  let given = false;
  setImmediate(() => {
    given = true;
  });
  expect(await sink.write(new Uint8Array(size * KIB))).toBe(true);
  expect(given).toBe(false);
});

test('pieces of several answers leave in turns, one of a single answer at once', async () => {
  const turns = createSendingTurns(512 * KIB);
  const taken: string[] = [];
  const noted = (who: string) => (bytes: number) => {
    if (bytes >= KIB) taken.push(`${who}: ${bytes / KIB}`);
  };
  const [one, other] = [begun(turns, noted('one')), begun(turns, noted('other'))];
  const piece = new Uint8Array(1024 * KIB);
  expect(await Promise.all([one.write(piece), other.write(piece)])).toEqual([true, true]);
  expect(taken).toEqual(['one: 512', 'other: 512', 'one: 512', 'other: 512']);
  taken.length = 0;
  expect(await one.write(piece)).toBe(true);
  expect(taken).toEqual(['one: 1024']);
});

test('what waits for its turn when the reader goes is not written any more', async () => {
  const taken: number[] = [];
  const sink = begun(createSendingTurns(512 * KIB), (bytes) => taken.push(bytes));
  const writing = sink.write(new Uint8Array(256 * KIB));
  sink.cutOff();
  expect(await writing).toBe(false);
  await new Promise((resolve) => setImmediate(resolve));
  expect(taken).toEqual([]);
});

test('the only piece of a small answer leaves with its head, and ends it', async () => {
  const ends: number[] = [];
  class CountingSocket extends EagerSocket {
    override _writev(pieces: { chunk: Uint8Array }[], written: () => void): void {
      ends.push(pieces.length);
      super._writev(pieces, written);
    }
  }
  const socket = new CountingSocket(() => {});
  const request = new IncomingMessage(socket);
  const response = new ServerResponse(request);
  response.assignSocket(socket);
  const sink = createAnswerSink(request, response, createSendingTurns(512 * KIB));
  sink.begin(206, [['Content-Length', String(4 * KIB)]]);
  const written = sink.write(new Uint8Array(4 * KIB));
  // As the server does once an answer is whole.
  response.once('finish', () => response.destroy());
  expect(await written).toBe(true);
  sink.end();
  expect(ends).toEqual([2]);
});

/** A connection to somebody who reads nothing. */
class StuckSocket extends Socket {
  override _write(): void {}
  override _writev(): void {}
}

test('whoever goes before a small answer has left has gone, and nothing of it is held', async () => {
  const socket = new StuckSocket();
  const request = new IncomingMessage(socket);
  const response = new ServerResponse(request);
  response.assignSocket(socket);
  const sink = createAnswerSink(request, response, createSendingTurns(512 * KIB));
  sink.begin(200, [['Content-Length', '1024']]);
  const gone = new Promise<void>((resolve) => sink.onGone(resolve));
  const written = sink.write(new Uint8Array(1024));
  await new Promise((resolve) => setImmediate(resolve));
  response.destroy();
  response.emit('close');
  expect(await written).toBe(false);
  await gone;
});

test.each([
  { how: 'at hand', begin: false },
  { how: 'in one piece', begin: true },
])(
  'a small answer $how does not end before it has left: a shutdown would cut it off',
  async (asked) => {
    const socket = new StuckSocket();
    const request = new IncomingMessage(socket);
    const response = new ServerResponse(request);
    response.assignSocket(socket);
    const sink = createAnswerSink(request, response, createSendingTurns(512 * KIB));
    const headers = [['Content-Length', '1024']] as const;
    if (asked.begin) {
      sink.begin(200, headers);
      void sink.write(new Uint8Array(1024));
    } else void sink.send(200, headers, new Uint8Array(1024));
    await new Promise((resolve) => setImmediate(resolve));
    expect(response.writableEnded).toBe(false);
  },
);
