// Answers become Responses: headers, what the gateway adds to them, and a body that is pulled as fast
// as the client reads. The call ends with the body's last byte.
import { formatCacheStatus } from '../core/cache-status.ts';
import { asFailure } from '../core/failure.ts';
import type { Answer, AnswerBody, Told } from '../serve/exchange.ts';
import { type AnswerSink, pour } from './answer-sink.ts';
import type { CallRecord } from './call-record.ts';

/** Whom the answer goes to. */
export interface Recipient {
  /** The answer to HEAD has no body, whatever it is. */
  readonly method: string;
  /** The connection, where the runtime lends it. */
  readonly sink: AnswerSink | undefined;
}

export function writeResponse(
  answer: Answer,
  told: Told,
  record: CallRecord,
  recipient: Recipient,
): Response {
  try {
    return written(answer, told, record, recipient);
  } catch (thrown) {
    // Nobody else knows of the body: what it holds on to would be held for good.
    letGo(answer.body);
    throw thrown;
  }
}

function written(
  answer: Answer,
  told: Told,
  record: CallRecord,
  { method, sink }: Recipient,
): Response {
  const headers = new Headers();
  for (const [name, value] of answer.headers) headers.append(name, value);
  headers.set('X-Trace-Id', record.span.context.traceId);
  if (told.cacheStatus) headers.append('Cache-Status', formatCacheStatus(told.cacheStatus));
  record.answering(answer.status);
  const init = { status: answer.status, headers };
  const { body } = answer;
  const announced = headers.get('content-length');
  if (body === null || method === 'HEAD' || hasNoBody(answer.status) || announced === '0') {
    letGo(body);
    record.end('complete');
    return new Response(null, init);
  }
  if (sink !== undefined) {
    if (body instanceof Uint8Array) headers.set('Content-Length', String(body.length));
    sink.begin(answer.status, headers);
    void pour(body instanceof Uint8Array ? inOnePiece(body) : body, record, sink);
    return sink.standIn;
  }
  if (!(body instanceof Uint8Array)) return new Response(streamOf(body, record), init);
  record.sent(body.length);
  record.end('complete');
  return new Response(body as Uint8Array<ArrayBuffer>, init);
}

function letGo(body: Answer['body']): void {
  if (body !== null && !(body instanceof Uint8Array)) body.cancel();
}

/** Also what is at hand as a whole has left only when its reader has taken it. */
function inOnePiece(bytes: Uint8Array): AnswerBody {
  let rest: Uint8Array | null = bytes.length > 0 ? bytes : null;
  return {
    async read() {
      const piece = rest;
      rest = null;
      return piece;
    },
    cancel: () => undefined,
    sent: () => undefined,
  };
}

/** RFC 9110 §6.4.1: a Response with a body is refused for these. */
function hasNoBody(status: number): boolean {
  return status === 204 || status === 205 || status === 304;
}

/** For runtimes that pull: nobody tells when a piece has left. */
function streamOf(body: AnswerBody, record: CallRecord): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const piece = await body.read();
          if (piece === null) {
            record.end('complete');
            controller.close();
            return;
          }
          record.sent(piece.length);
          controller.enqueue(piece);
        } catch (thrown) {
          // The connection is destroyed: a short body never ends like a whole one.
          const failure = asFailure(thrown);
          record.failed(failure);
          record.end(failure.code === 'client-gone' ? 'client-gone' : 'destroyed');
          controller.error(failure);
        }
      },
      cancel() {
        body.cancel();
        record.end('client-gone');
      },
    },
    // Nothing is read before the client can take it.
    { highWaterMark: 0 },
  );
}
