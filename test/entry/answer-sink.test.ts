// When a piece that was written counts as sent, on a connection that takes everything at once.
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { createAnswerSink } from '../../src/entry/answer-sink.ts';
import { createSendingTurns } from '../../src/entry/sending-turns.ts';

/** A connection to somebody who reads faster than anything can be written. */
class EagerSocket extends Socket {
  override _write(_piece: unknown, _encoding: string, written: () => void): void {
    written();
  }
  override _writev(_pieces: unknown, written: () => void): void {
    written();
  }
}

const PIECE = new Uint8Array(256 * 1024);

test.each([
  {
    bytes: PIECE.length * 2,
    turns: [1, 1],
    how: 'the last piece of a known length waits for nobody',
  },
  {
    bytes: null,
    turns: [1, 2],
    how: 'where no length is known, every large piece gives others a turn',
  },
])('$how', async ({ bytes, turns }) => {
  const request = new IncomingMessage(new EagerSocket());
  const response = new ServerResponse(request);
  response.assignSocket(new EagerSocket());
  const sink = createAnswerSink(request, response, createSendingTurns());
  sink.begin(200, bytes === null ? [] : [['Content-Length', String(bytes)]]);
  let given = 0;
  const seen: number[] = [];
  for (let piece = 0; piece < 2; piece += 1) {
    setImmediate(() => {
      given += 1;
    });
    expect(await sink.write(PIECE)).toBe(true);
    seen.push(given);
  }
  expect(seen).toEqual(turns);
});

test('the only piece of a small answer leaves with its head, as one', async () => {
  const writes: number[] = [];
  class CountingSocket extends EagerSocket {
    override _writev(pieces: { length: number }, written: () => void): void {
      writes.push(pieces.length);
      super._writev(pieces, written);
    }
  }
  const request = new IncomingMessage(new CountingSocket());
  const response = new ServerResponse(request);
  response.assignSocket(new CountingSocket());
  const sink = createAnswerSink(request, response, createSendingTurns());
  sink.begin(206, [['Content-Length', '4096']]);
  const written = sink.write(new Uint8Array(4096));
  response.once('finish', () => response.destroy());
  expect(await written).toBe(true);
  sink.end();
  expect(writes).toEqual([2]);
});
