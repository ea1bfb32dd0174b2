// The body of a fetched answer as the pull interface: checked for length, stalls and cuts.
import { GatewayFailure } from '../../core/failure.ts';
import type { OriginBody } from '../../ports/origin.ts';
import type { Timers } from '../../ports/runtime.ts';
import { clientGone, cutInAnswer, tooLate } from './wire-failures.ts';

interface Surroundings {
  readonly timers: Timers;
  readonly stallMs: number;
  /** Ends the connection; its reason, a GatewayFailure, is what the reader is told. */
  readonly abort: AbortController;
  /** Called once, when nothing more will come. */
  readonly finish: () => void;
}

export function answerBody(
  answer: Response,
  method: string,
  { timers, stallMs, abort, finish }: Surroundings,
): OriginBody {
  const pull = answer.body === null ? null : pullOf(answer.body);
  const announced = bodyLength(answer, method);
  let received = 0;
  let over = pull === null;
  if (over) finish();

  function close(): void {
    over = true;
    finish();
  }

  async function next(): Promise<Uint8Array | null> {
    const left = announced === null ? PIECE_BYTES : announced - received;
    // At the end too there must be room for what should not come.
    const most = Math.max(1, Math.min(left, PIECE_BYTES));
    for (;;) {
      const read = await pull?.(most);
      if (read === undefined || read.done || read.value === undefined) return null;
      if (read.value.byteLength > 0) return read.value;
    }
  }

  return {
    async read() {
      if (abort.signal.reason instanceof GatewayFailure) throw abort.signal.reason;
      if (over) return null;
      const cancelStall = timers.after(stallMs, () => {
        abort.abort(tooLate('stopped sending its answer and did not go on'));
      });
      try {
        const piece = await next();
        received += piece?.byteLength ?? 0;
        if (piece !== null) return piece;
        if (announced !== null && received < announced) throw new Error('the answer ended short');
        close();
        return null;
      } catch (thrown) {
        if (!abort.signal.aborted) abort.abort(cutInAnswer(thrown));
        close();
        throw abort.signal.reason;
      } finally {
        cancelStall();
      }
    },
    cancel() {
      if (over) return;
      close();
      abort.abort(clientGone(null));
    },
  };
}

/** Enough to keep the calls for a piece cheap, and little enough for many bodies at a time. */
const PIECE_BYTES = 128 * 1024;

type Pull = (most: number) => Promise<{ done: boolean; value?: Uint8Array | undefined }>;

/**
 * Reads into buffers of its own where the stream takes them: without one, workerd hands out 4 KiB at
 * a time, which doubles the CPU time that a download costs.
 */
function pullOf(body: ReadableStream<Uint8Array>): Pull {
  try {
    const reader = body.getReader({ mode: 'byob' });
    return (most) => reader.read(new Uint8Array(most));
  } catch {
    // Not a stream of bytes.
    const reader = body.getReader();
    return () => reader.read();
  }
}

/** The bytes to come by `Content-Length`; null where it does not say (RFC 9112 §6.3). */
function bodyLength(answer: Response, method: string): number | null {
  if (method === 'HEAD' || answer.status === 204 || answer.status === 304) return null;
  if (answer.headers.has('content-encoding')) return null;
  const value = answer.headers.get('content-length');
  return value !== null && /^\d+$/.test(value) ? Number(value) : null;
}
