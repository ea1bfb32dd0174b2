// The body of a request on its way up: counted, so that a short one is a failure and never an end.
import type { GatewayFailure } from '../../core/failure.ts';
import { clientGone } from './wire-failures.ts';

export interface Upload {
  /** Whether a byte was ever asked for; if not, the body can still go to another endpoint. */
  readonly touched: boolean;
  /** Whether the last byte was handed out. */
  readonly complete: boolean;
  /** The failure of the body itself, null when it is fine. */
  readonly failure: GatewayFailure | null;
  /** The next piece, never empty; null after the last. Throws when the body errors or ends short. */
  next(): Promise<Uint8Array | null>;
  /**
   * The answer is here, the rest is not wanted: the stream is let go, and `next` neither ends nor
   * throws any more, since either would end the request before the answer is read.
   */
  letGo(): void;
}

/** `onTaken` is called when the origin asks for more, `onGiven` when it got a piece or the end. */
interface UploadEvents {
  readonly onTaken: () => void;
  readonly onGiven: () => void;
}

export function createUpload(
  source: ReadableStream<Uint8Array>,
  announced: number | null,
  { onTaken, onGiven }: UploadEvents,
): Upload {
  let reader: ReadableStreamDefaultReader<Uint8Array> | null = null;
  let touched = false;
  let complete = false;
  let dropped = false;
  let failure: GatewayFailure | null = null;
  let sent = 0;

  async function next(): Promise<Uint8Array | null> {
    touched = true;
    if (failure !== null) throw failure;
    onTaken();
    try {
      const piece = dropped || allSent() ? null : await pull();
      if (!dropped) return account(piece);
    } catch (thrown) {
      // Letting the stream go fails the read that was under way; that is no failure of the body.
      if (!dropped) throw refuse(thrown);
    }
    return new Promise<never>(() => {});
  }

  async function pull(): Promise<Uint8Array | null> {
    reader ??= source.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return null;
      if (value.byteLength > 0) return value;
    }
  }

  function account(piece: Uint8Array | null): Uint8Array | null {
    sent += piece?.byteLength ?? 0;
    if (announced !== null && sent > announced) throw new Error('the body is too long');
    if (piece === null) {
      if (announced !== null && sent < announced) throw new Error('the body ended short');
      complete = true;
      release();
    }
    onGiven();
    return piece;
  }

  /** With all announced bytes out the message is whole: the end of the stream is not waited for. */
  function allSent(): boolean {
    return complete || (announced !== null && sent === announced);
  }

  function refuse(cause: unknown): GatewayFailure {
    failure = clientGone(cause);
    release();
    return failure;
  }

  function release(): void {
    reader?.releaseLock();
    reader = null;
  }

  return {
    get touched() {
      return touched;
    },
    get complete() {
      return allSent();
    },
    get failure() {
      return failure;
    },
    next,
    letGo() {
      dropped = true;
      release();
    },
  };
}
