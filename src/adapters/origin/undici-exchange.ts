// One request and its answer as undici tells them, turned into one outcome and one pulled body.
import type { Dispatcher } from 'undici';
import type { GatewayFailure } from '../../core/failure.ts';
import type { HeaderList } from '../../core/headers.ts';
import type { Timers } from '../../ports/runtime.ts';
import type { WireOutcome } from '../../ports/wire.ts';
import { type BodyQueue, createBodyQueue } from './body-queue.ts';
import type { ReadMemory } from './read-memory.ts';
import type { ReceivingTurns } from './receiving-turns.ts';
import { createStallWatch } from './stall-watch.ts';
import { flatHeaders, headerList, readableUpload } from './undici-message.ts';
import { createUpload, type Upload } from './upload.ts';
import {
  clientGone,
  cutBeforeAnswer,
  cutInAnswer,
  notSendable,
  tooLate,
  unreachable,
} from './wire-failures.ts';
import { announcedLength } from './wire-headers.ts';

/** How long each part of an exchange may take, in milliseconds. */
export interface ExchangeLimits {
  /** Until a connection is free or made. */
  readonly connectMs: number;
  /** From the request, when it has no body, to the head of the answer. */
  readonly answerMs: number;
  /** From the last byte of a request's body to the head of the answer. */
  readonly uploadMs: number;
  /** While a body moves, either way: without a single byte taken or given by the origin. */
  readonly stallMs: number;
}

export interface Exchange {
  readonly dispatcher: Dispatcher;
  readonly path: string;
  readonly method: string;
  readonly headers: HeaderList;
  readonly body: ReadableStream<Uint8Array> | null;
  readonly signal: AbortSignal;
  readonly limits: ExchangeLimits;
  readonly memory: Pick<ReadMemory, 'handOut'>;
  readonly turns: ReceivingTurns;
  readonly timers: Timers;
}

/** From here on a piece takes longer than a look at the clock; a record's last one is not held up. */
const LARGE = 16 * 1024;

/** Runs the exchange to the head of its answer; the rest goes on under the answer's body. */
export function runExchange(exchange: Exchange): Promise<WireOutcome> {
  const { signal, limits, timers } = exchange;
  if (signal.aborted) {
    return Promise.resolve({ kind: 'given-up', failure: clientGone(signal.reason) });
  }

  return new Promise((settle) => {
    let controller: Dispatcher.DispatchController | null = null;
    let queue: BodyQueue | null = null;
    let over = false;
    let cancelDeadline = timers.after(limits.connectMs, onConnectDeadline);

    const upload = startUpload();
    const uploadStall = createStallWatch(timers, limits.stallMs, () => {
      giveUp(tooLate('stopped taking the upload and did not go on'));
    });
    const answerStall = createStallWatch(timers, limits.stallMs, () => {
      giveUp(tooLate('stopped sending its answer and did not go on'));
    });
    signal.addEventListener('abort', onAbort, { once: true });
    exchange.dispatcher.dispatch(
      {
        path: exchange.path,
        method: exchange.method,
        headers: flatHeaders(exchange.headers, upload),
        body: upload === null ? null : readableUpload(upload),
      },
      {
        onRequestStart(started) {
          // Thrown, not aborted: an abort would cost the pool a connection that nobody has used.
          if (over) throw new Error('given up before a connection was free');
          controller = started;
          if (upload === null) setDeadline(limits.answerMs);
          else cancelDeadline();
        },
        onRequestSent() {
          if (upload === null || over || queue !== null) return;
          uploadStall.stop();
          setDeadline(limits.uploadMs);
        },
        onResponseStart(started, status) {
          if (status < 200) return;
          cancelDeadline();
          uploadStall.stop();
          if (upload !== null && !upload.complete) upload.letGo();
          queue = startBody(started);
          answerStall.start();
          const headers = headerList(started.rawHeaders);
          settle({ kind: 'answered', status, headers, body: queue.body });
        },
        onResponseData(receiving, piece) {
          answerStall.touch();
          exchange.memory.handOut(piece);
          if (queue === null) return;
          if (!queue.push(piece)) {
            answerStall.stop();
            receiving.pause();
          } else if (piece.byteLength >= LARGE && !exchange.turns.hasTime()) {
            receiving.pause();
            exchange.turns.later(() => {
              if (!over) receiving.resume();
            });
          }
        },
        onResponseEnd() {
          finish();
          queue?.end();
        },
        onResponseError(_, error) {
          if (over) return;
          finish();
          if (queue === null) settle(failed(error));
          else queue.fail(cutInAnswer(error));
        },
      },
    );

    function startUpload(): Upload | null {
      if (exchange.body === null) return null;
      return createUpload(exchange.body, announcedLength(exchange.headers), {
        // While the origin waits for the client, the client's own deadlines apply.
        onTaken: () => uploadStall.stop(),
        onGiven: () => uploadStall.start(),
      });
    }

    function startBody(receiving: Dispatcher.DispatchController): BodyQueue {
      return createBodyQueue({
        onRoom() {
          answerStall.start();
          receiving.resume();
        },
        onCancel() {
          giveUp(clientGone(null));
        },
      });
    }

    function onAbort(): void {
      giveUp(clientGone(signal.reason));
    }

    function onConnectDeadline(): void {
      giveUp(unreachable(new Error('no connection in time')), 'unsent');
    }

    function setDeadline(ms: number): void {
      cancelDeadline();
      cancelDeadline = timers.after(ms, () => giveUp(tooLate('did not answer')));
    }

    /** Ends the exchange from this side: whatever is open is destroyed. */
    function giveUp(failure: GatewayFailure, kind: 'given-up' | 'unsent' = 'given-up'): void {
      if (over) return;
      finish();
      if (queue === null) settle({ kind, failure });
      else queue.fail(failure);
      upload?.letGo();
      controller?.abort(failure);
    }

    function finish(): void {
      over = true;
      cancelDeadline();
      uploadStall.stop();
      answerStall.stop();
      signal.removeEventListener('abort', onAbort);
    }

    function failed(error: Error): WireOutcome {
      if (upload !== null && upload.failure !== null) {
        return { kind: 'given-up', failure: upload.failure };
      }
      if (isRefusal(error)) return { kind: 'given-up', failure: notSendable(error) };
      if (controller === null) return { kind: 'unsent', failure: unreachable(error) };
      return { kind: 'cut', failure: cutBeforeAnswer(error) };
    }
  });
}

/** undici would not even try: a target or a header that no HTTP message can hold. */
function isRefusal(error: Error): boolean {
  return 'code' in error && error.code === 'UND_ERR_INVALID_ARG';
}
