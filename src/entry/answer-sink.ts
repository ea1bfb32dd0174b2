// Node's side of an answer with a body: written to the connection piece by piece, the next one when the
// last one has left.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { headerValue } from '../core/headers.ts';
import type { AnswerSink } from '../http/answer-sink.ts';
import { cutOff } from './connections.ts';
import type { SendingTurns } from './sending-turns.ts';

/** What comes from an origin in one read; writing more takes longer than letting the others have a turn. */
const LARGE = 64 * 1024;

export function createAnswerSink(
  request: IncomingMessage,
  response: ServerResponse,
  turns: SendingTurns,
): AnswerSink {
  let writing: ((left: boolean) => void) | null = null;
  let waitingForBody: NodeJS.Immediate | undefined;
  /** Bytes of the body; null when nobody said how many there are. */
  let length: number | null = null;

  function written(left: boolean): void {
    writing?.(left);
    writing = null;
  }

  function writeFrom(piece: Uint8Array, from: number): void {
    const left = piece.byteLength - from;
    const write = (most: number): void => {
      const to = from + Math.min(left, most);
      response.write(piece.subarray(from, to), (error) => {
        if (error || to === piece.byteLength) written(!error);
        else writeFrom(piece, to);
      });
    };
    // A client that takes what comes as fast as it comes would have this thread for itself.
    if (left <= LARGE) write(left);
    else turns.take(left, write);
  }

  return {
    begin(status, headers) {
      response.writeHead(status, headers.flat());
      const announced = headerValue(headers, 'content-length');
      length = announced === null ? null : Number(announced);
      // With the first piece in one packet, unless that is still to come.
      waitingForBody = setImmediate(() => response.flushHeaders());
      // What still waits for its turn on a connection that is closed is never called back.
      response.once('close', () => {
        clearImmediate(waitingForBody);
        written(response.writableFinished);
      });
    },
    write(piece) {
      clearImmediate(waitingForBody);
      return new Promise((resolve) => {
        if (response.closed || response.destroyed) return resolve(false);
        writing = resolve;
        const isWhole = piece.byteLength === length && length < LARGE;
        if (isWhole) turns.together(() => writeFrom(piece, 0));
        else writeFrom(piece, 0);
      });
    },
    send(status, headers, bytes) {
      if (response.closed || response.destroyed) return Promise.resolve(false);
      response.writeHead(status, headers.flat());
      return new Promise((resolve) => {
        response.on('close', () => resolve(response.writableFinished));
        // Whatever has ended Node takes for gone, and closes its connection at a shutdown: it may still be
        // waiting for its reader.
        const write = (): void => void response.write(bytes, () => response.end());
        if (bytes.byteLength < LARGE) turns.together(write);
        else write();
      });
    },
    end() {
      clearImmediate(waitingForBody);
      response.end();
    },
    cutOff: () => cutOff({ request, response }),
    onGone(work) {
      const unlessWhole = (): void => {
        if (!response.writableFinished) work();
      };
      if (response.closed) unlessWhole();
      else response.once('close', unlessWhole);
    },
    standIn: RESPONSE_ALREADY_SENT,
  };
}
