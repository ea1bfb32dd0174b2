// Node's side of an answer with a body: written to the connection piece by piece, the next one when the
// last one has left.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { headerValue } from '../core/headers.ts';
import type { AnswerSink } from '../http/answer-sink.ts';
import { cutOff } from './connections.ts';
import type { SendingTurns } from './sending-turns.ts';

/** From this many bytes on writing a piece takes longer than letting the others have a turn. */
const LARGE = 64 * 1024;

export function createAnswerSink(
  request: IncomingMessage,
  response: ServerResponse,
  turns: SendingTurns,
): AnswerSink {
  let writing: ((left: boolean) => void) | null = null;
  let waitingForBody: NodeJS.Immediate | undefined;
  /** Bytes of the body that have not left yet; NaN when nobody said how many there are. */
  let missing = NaN;

  function written(left: boolean): void {
    writing?.(left);
    writing = null;
  }

  return {
    begin(status, headers) {
      response.writeHead(status, headers.flat());
      missing = Number(headerValue(headers, 'content-length') ?? NaN);
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
        if (piece.byteLength === missing && missing < LARGE) {
          turns.together(() => response.end(piece));
          return;
        }
        response.write(piece, (error) => {
          missing -= piece.byteLength;
          // A client that takes pieces as fast as they come would have this thread for itself. But one
          // that has them all may close the connection at once, and is not to be taken for one that left.
          if (piece.byteLength < LARGE || missing === 0) written(!error);
          else turns.take(piece.byteLength, () => written(!error));
        });
      });
    },
    send(status, headers, bytes) {
      if (response.closed || response.destroyed) return Promise.resolve(false);
      response.writeHead(status, headers.flat());
      return new Promise((resolve) => {
        response.once('close', () => resolve(response.writableFinished));
        // Whatever has ended Node takes for gone, and closes its connection at a shutdown: what is large
        // may still be waiting for its reader.
        if (bytes.byteLength < LARGE) turns.together(() => response.end(bytes));
        else response.write(bytes, () => response.end());
      });
    },
    end() {
      clearImmediate(waitingForBody);
      response.end();
    },
    cutOff: () => cutOff({ request, response }),
    onGone(work) {
      const unlessWhole = (): void => {
        if (!response.writableEnded) work();
      };
      if (response.closed) unlessWhole();
      else response.once('close', unlessWhole);
    },
    standIn: RESPONSE_ALREADY_SENT,
  };
}
