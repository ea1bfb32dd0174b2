// Answers become Responses: headers, what the gateway adds to them, and a body that is pulled as fast
// as the client reads. The call ends with the body's last byte.
import { formatCacheStatus } from '../core/cache-status.ts';
import { asFailure } from '../core/failure.ts';
import { type HeaderList, headerValue } from '../core/headers.ts';
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
  const { status, body } = answer;
  const headers = [...own(answer.headers), ['X-Trace-Id', record.span.context.traceId] as const];
  if (told.cacheStatus) headers.push(['Cache-Status', formatCacheStatus(told.cacheStatus)]);
  record.answering(status);
  const announced = headerValue(headers, 'content-length');
  if (body === null || method === 'HEAD' || hasNoBody(status) || announced === '0') {
    letGo(body);
    record.end('complete');
    const bare = asHeaders(headers);
    // Its length counts, unlike those of the others: a reader would take the next answer for the body.
    if (status === 205) bare.set('Content-Length', '0');
    return new Response(null, { status, headers: bare });
  }
  if (body instanceof Uint8Array) {
    if (announced === null) headers.push(['Content-Length', String(body.length)]);
    if (sink !== undefined) return sentWhole({ status, headers, body }, sink, record);
    record.sent(body.length);
    record.end('complete');
    return new Response(body as Uint8Array<ArrayBuffer>, { status, headers: asHeaders(headers) });
  }
  if (sink === undefined) {
    return new Response(streamOf(body, record), { status, headers: asHeaders(headers) });
  }
  if (body.whole) {
    const release = (): void => body.sent();
    return sentWhole({ status, headers, body: body.whole }, sink, record, release);
  }
  sink.begin(status, headers);
  void pour(body, record, sink);
  return sink.standIn;
}

/** @param left its bytes have left, and nobody will look at them again */
function sentWhole(
  { status, headers, body }: { status: number; headers: HeaderList; body: Uint8Array },
  sink: AnswerSink,
  record: CallRecord,
  left?: () => void,
): Response {
  const sending = sink.send(status, headers, body);
  record.sent(body.length);
  void sending.then((isWhole) => {
    if (isWhole) left?.();
    record.end(isWhole ? 'complete' : 'client-gone');
  });
  return sink.standIn;
}

function letGo(body: Answer['body']): void {
  if (body !== null && !(body instanceof Uint8Array)) body.cancel();
}

/** Who answered is told by the gateway alone: its origin may be another one. */
function own(headers: HeaderList): (readonly [string, string])[] {
  return headers.filter(
    ([name]) => name.length !== TRACE_ID.length || name.toLowerCase() !== TRACE_ID,
  );
}

const TRACE_ID = 'x-trace-id';

function asHeaders(list: HeaderList): Headers {
  const headers = new Headers();
  for (const [name, value] of list) headers.append(name, value);
  return headers;
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
