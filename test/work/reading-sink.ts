// A connection that takes every piece at once, as a fast client's does: it copies, as a kernel would,
// and notes whose memory the piece came in.
import { headerValue } from '../../src/core/headers.ts';
import type { AnswerSink } from '../../src/http/answer-sink.ts';
import type { WorkLedger } from './work-ledger.ts';

export interface ReadAnswer {
  readonly body: Buffer;
  /** `Cache-Status`. */
  readonly status: string | null;
  readonly pieces: number;
  /** Whether it was handed in whole, with its head. */
  readonly inOneGo: boolean;
  /** Bytes that came in memory which no buffer of the gateway is: somebody copied them. */
  readonly bytesCopied: number;
}

export interface ReadingSink extends AnswerSink {
  /** Rejects when the answer was cut off. */
  readonly whole: Promise<ReadAnswer>;
  /** Resolves with the body's first piece. */
  readonly begun: Promise<void>;
}

export function createReadingSink(ledger: WorkLedger): ReadingSink {
  const { promise: whole, resolve, reject } = Promise.withResolvers<ReadAnswer>();
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const pieces: Buffer[] = [];
  let status: string | null = null;
  let bytesCopied = 0;
  return {
    whole,
    begun,
    async send(_status, headers, bytes) {
      status = headerValue(headers, 'cache-status');
      const copied = ledger.knows(bytes.buffer) ? 0 : bytes.byteLength;
      const body = Buffer.from(bytes);
      resolve({ body, status, pieces: 1, inOneGo: true, bytesCopied: copied });
      return true;
    },
    begin(_status, headers) {
      status = headerValue(headers, 'cache-status');
    },
    async write(piece) {
      if (!ledger.knows(piece.buffer)) bytesCopied += piece.byteLength;
      pieces.push(Buffer.from(piece));
      begin();
      return true;
    },
    end() {
      const body = Buffer.concat(pieces);
      resolve({ body, status, pieces: pieces.length, inOneGo: false, bytesCopied });
    },
    cutOff: () => reject(new Error('the answer was cut off')),
    onGone: () => undefined,
    standIn: new Response(null),
  };
}
