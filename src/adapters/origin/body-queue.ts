// Between a socket that pushes and a reader that pulls: the bounded queue behind an answer's body.
import type { GatewayFailure } from '../../core/failure.ts';
import type { OriginBody } from '../../ports/origin.ts';
import { clientGone } from './wire-failures.ts';

/**
 * 512 KiB: eight reads of a socket, enough to keep one busy while its reader hashes and stores, and
 * small enough for some thousand bodies at a time.
 */
const FULL_BYTES = 512 * 1024;
/** A peer that sends single bytes must not fill memory with the bookkeeping of pieces. */
const FULL_PIECES = 1024;

export interface BodyQueue {
  readonly body: OriginBody;
  /** Takes a piece, which nobody may change afterwards; false asks to push no more until `onRoom`. */
  push(bytes: Uint8Array): boolean;
  /** The body is whole. */
  end(): void;
  /** The body ends here, broken; what has arrived is still handed out first. */
  fail(failure: GatewayFailure): void;
}

interface Ends {
  /** There is room again after a push that was answered with false. */
  readonly onRoom: () => void;
  /** The reader lost interest before the end. */
  readonly onCancel: () => void;
}

type Ending = { readonly kind: 'whole' } | { readonly kind: 'broken'; failure: GatewayFailure };

interface Waiter {
  readonly resolve: (piece: Uint8Array | null) => void;
  readonly reject: (failure: GatewayFailure) => void;
}

export function createBodyQueue({ onRoom, onCancel }: Ends): BodyQueue {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  let full = false;
  let ending: Ending | null = null;
  let waiter: Waiter | null = null;

  function finish(with_: Ending): void {
    if (ending !== null) return;
    ending = with_;
    const waiting = waiter;
    waiter = null;
    if (waiting === null) return;
    if (with_.kind === 'whole') waiting.resolve(null);
    else waiting.reject(with_.failure);
  }

  function take(): Uint8Array | undefined {
    const piece = pieces.shift();
    if (piece === undefined) return undefined;
    bytes -= piece.byteLength;
    if (full && bytes <= FULL_BYTES / 2 && pieces.length <= FULL_PIECES / 2) {
      full = false;
      if (ending === null) onRoom();
    }
    return piece;
  }

  return {
    body: {
      async read() {
        const piece = take();
        if (piece !== undefined) return piece;
        if (ending?.kind === 'whole') return null;
        if (ending?.kind === 'broken') throw ending.failure;
        return new Promise((resolve, reject) => {
          waiter = { resolve, reject };
        });
      },
      cancel() {
        pieces.length = 0;
        bytes = 0;
        if (ending !== null) return;
        finish({ kind: 'broken', failure: clientGone(null) });
        onCancel();
      },
    },
    push(piece) {
      if (ending !== null || piece.byteLength === 0) return !full;
      if (waiter !== null) {
        waiter.resolve(piece);
        waiter = null;
        return true;
      }
      pieces.push(piece);
      bytes += piece.byteLength;
      full = bytes >= FULL_BYTES || pieces.length >= FULL_PIECES;
      return !full;
    },
    end() {
      finish({ kind: 'whole' });
    },
    fail(failure) {
      finish({ kind: 'broken', failure });
    },
  };
}
