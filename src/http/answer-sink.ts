// Where an answer with a body goes on a runtime that lends its connection: piece by piece, each followed
// until it has left, so that memory can be used again and a broken answer be cut off.
import { asFailure } from '../core/failure.ts';
import type { HeaderList } from '../core/headers.ts';
import type { AnswerBody } from '../serve/exchange.ts';
import type { CallRecord } from './call-record.ts';

/** One answer's side of a connection. Nothing rejects, and only a head that is no HTTP throws. */
export interface AnswerSink {
  /** The whole answer at once: resolves when it has left this process; false when its reader has gone. */
  send(status: number, headers: HeaderList, bytes: Uint8Array): Promise<boolean>;
  /** An answer begins that comes in pieces. */
  begin(status: number, headers: HeaderList): void;
  /** Resolves when the piece has left this process; false when its reader has gone. */
  write(piece: Uint8Array): Promise<boolean>;
  /** The answer is whole. */
  end(): void;
  /** Ends the connection in the middle of the answer. */
  cutOff(): void;
  /** `work` runs when the reader goes before the answer was whole, at once if it has gone already. */
  onGone(work: () => void): void;
  /** What stands for the answer where a Response is asked for. */
  readonly standIn: Response;
}

/** Sends the body as fast as its reader takes it. Never rejects. */
export async function pour(body: AnswerBody, record: CallRecord, sink: AnswerSink): Promise<void> {
  sink.onGone(() => {
    body.cancel();
    record.end('client-gone');
  });
  try {
    for (;;) {
      const piece = await body.read();
      if (piece === null) break;
      record.sent(piece.length);
      if (!(await sink.write(piece))) return;
      body.sent();
    }
    record.end('complete');
    sink.end();
  } catch (thrown) {
    // The connection is destroyed: a short body never ends like a whole one.
    const failure = asFailure(thrown);
    record.failed(failure);
    record.end(failure.code === 'client-gone' ? 'client-gone' : 'destroyed');
    sink.cutOff();
  }
}
