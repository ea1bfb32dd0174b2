// The wire where only the web platform is at hand: one handed-in fetch, the same outcomes.

import { GatewayFailure } from '../../core/failure.ts';
import type { HeaderList } from '../../core/headers.ts';
import type { Timers } from '../../ports/runtime.ts';
import type { Wire, WireOutcome, WireRequest } from '../../ports/wire.ts';
import { answerBody } from './fetch-body.ts';
import { createStallWatch } from './stall-watch.ts';
import { createUpload, type Upload } from './upload.ts';
import { clientGone, cutBeforeAnswer, tooLate, unreachable } from './wire-failures.ts';
import { announcedLength, wireHeaders } from './wire-headers.ts';

export interface FetchWireOptions {
  readonly fetch: typeof fetch;
  readonly timers: Timers;
  /** From the last byte of the request to the head of the answer, in milliseconds. */
  readonly answerMs: number;
  /** While a body moves: without a single byte from the origin, in milliseconds. */
  readonly stallMs: number;
}

/**
 * What fetch cannot promise: header order and repeats (they are joined), spelling of header names,
 * bytes of the target that the URL standard escapes. A target that it would take for another path
 * is refused as `bad-uri`.
 */
export function createFetchWire(options: FetchWireOptions): Wire {
  return {
    async send({ signal }, request) {
      if (signal.aborted) return { kind: 'given-up', failure: clientGone(signal.reason) };
      const url = request.endpoint.replace(/\/+$/, '') + request.target;
      if (changesPath(url)) {
        const failure = new GatewayFailure('bad-uri', 'The path holds "." or ".." segments.');
        return { kind: 'given-up', failure };
      }
      return exchange(url, request, signal, options);
    },
  };
}

async function exchange(
  url: string,
  request: WireRequest,
  signal: AbortSignal,
  { fetch, timers, answerMs, stallMs }: FetchWireOptions,
): Promise<WireOutcome> {
  const abort = new AbortController();
  const onClientGone = (): void => abort.abort(clientGone(signal.reason));
  signal.addEventListener('abort', onClientGone, { once: true });
  const finish = (): void => signal.removeEventListener('abort', onClientGone);
  let cancelDeadline = (): void => {};
  const startDeadline = (): void => {
    stall.stop();
    cancelDeadline = timers.after(answerMs, () => abort.abort(tooLate('did not answer')));
  };

  const stall = createStallWatch(timers, stallMs, () => {
    abort.abort(tooLate('stopped taking the upload and did not go on'));
  });

  const stopWaiting = (): void => {
    cancelDeadline();
    stall.stop();
  };

  let upload: Upload | null = null;
  if (request.body === null) startDeadline();
  else {
    upload = createUpload(request.body, announcedLength(request.headers), {
      onTaken: () => stall.stop(),
      onGiven: () => stall.start(),
    });
  }

  try {
    const answer = await fetch(url, {
      method: request.method,
      headers: joined(request, upload),
      redirect: 'manual',
      signal: abort.signal,
      ...(upload === null ? {} : { body: asStream(upload, startDeadline, abort), duplex: 'half' }),
    });
    stopWaiting();
    if (upload !== null && !upload.complete) upload.letGo();
    return {
      kind: 'answered',
      status: answer.status,
      headers: answerHeaders(answer),
      body: answerBody(answer, request.method, { timers, stallMs, abort, finish }),
    };
  } catch (thrown) {
    stopWaiting();
    finish();
    upload?.letGo();
    return failed(thrown, upload, abort.signal);
  }
}

function failed(thrown: unknown, upload: Upload | null, signal: AbortSignal): WireOutcome {
  if (upload !== null && upload.failure !== null) {
    return { kind: 'given-up', failure: upload.failure };
  }
  if (signal.reason instanceof GatewayFailure) return { kind: 'given-up', failure: signal.reason };
  if (!upload?.touched && isConnectFailure(thrown)) {
    return { kind: 'unsent', failure: unreachable(thrown) };
  }
  return { kind: 'cut', failure: cutBeforeAnswer(thrown) };
}

/** Codes under which a runtime says that no connection came about; without one, bytes may be out. */
const CONNECT_FAILURE =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_.*|ERR_SSL_.*|.*CERT.*)$/;

function isConnectFailure(thrown: unknown): boolean {
  const cause = thrown instanceof Error ? thrown.cause : null;
  return (
    cause instanceof Error &&
    'code' in cause &&
    typeof cause.code === 'string' &&
    CONNECT_FAILURE.test(cause.code)
  );
}

function joined(request: WireRequest, upload: Upload | null): Headers {
  const headers = new Headers();
  for (const [name, value] of wireHeaders(request.headers)) headers.append(name, value);
  const length = announcedLength(request.headers);
  if (upload !== null && length !== null) headers.set('content-length', String(length));
  return headers;
}

/**
 * Nothing is pulled ahead of the origin: an untouched body can still go elsewhere. The request is
 * aborted before its body errors: workerd ends the chunks of an errored body in good order, and
 * the origin would take a cut upload for a whole image.
 */
function asStream(
  upload: Upload,
  onSent: () => void,
  abort: AbortController,
): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      async pull(controller) {
        const piece = await upload.next().catch((thrown: unknown) => {
          abort.abort(thrown);
          throw thrown;
        });
        if (piece !== null) return controller.enqueue(piece);
        controller.close();
        onSent();
      },
      cancel() {
        upload.letGo();
      },
    },
    { highWaterMark: 0 },
  );
}

/** fetch undoes a coding that the origin used against our word; its headers are then wrong. */
function answerHeaders(answer: Response): HeaderList {
  const coded = answer.headers.has('content-encoding');
  return [...answer.headers].filter(
    ([name]) => !coded || (name !== 'content-encoding' && name !== 'content-length'),
  );
}

/** Whether URL parsing would walk to another path: "." and "..", plain or escaped, and "\". */
function changesPath(url: string): boolean {
  const path = url.split(/[?#]/, 1)[0] ?? '';
  return /\\/.test(path) || path.split('/').some((part) => /^(\.|%2e){1,2}$/i.test(part));
}
