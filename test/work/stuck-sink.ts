// A connection whose reader takes nothing: what is written to it stays on its way.
import type { AnswerSink } from '../../src/http/answer-sink.ts';

export interface StuckSink extends AnswerSink {
  /** Resolves with the first piece, which does not leave. */
  readonly stuck: Promise<void>;
}

export function createStuckSink(): StuckSink {
  const { promise: stuck, resolve, reject } = Promise.withResolvers<void>();
  const keep = (): Promise<boolean> => {
    resolve();
    return new Promise(() => undefined);
  };
  return {
    stuck,
    send: keep,
    begin: () => undefined,
    write: keep,
    end: () => reject(new Error('the answer was empty')),
    cutOff: () => reject(new Error('the answer was cut off')),
    onGone: () => undefined,
    standIn: new Response(null),
  };
}
