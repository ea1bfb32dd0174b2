// An origin with one image, as a port: sends its data in pieces of any size, cuts, refuses and lies
// as it is told, and counts what it sent.
import { GatewayFailure } from '../../../src/core/failure.ts';
import type { HeaderList } from '../../../src/core/headers.ts';
import type { Origin, OriginBody, OriginRequest } from '../../../src/ports/origin.ts';
import type { Turns } from './turns.ts';

export interface ImageOriginOptions {
  readonly data: Uint8Array;
  readonly turns: Turns;
  /** What it answers to a range: 206, 400, 200, or any of them as it pleases. */
  readonly ranges: 'yes' | 'refused' | 'ignored' | 'fickle';
  readonly maxPiece: number;
  /** How often it may cut a connection in all. */
  readonly cuts?: number;
  /** Tokens that it refuses. */
  readonly refused?: ReadonlySet<string>;
  /** Sent instead, from the request of that number (0 is the first) up to, not including, the other. */
  readonly lie?: Uint8Array;
  readonly liesFrom?: number;
  readonly liesUntil?: number;
}

export interface ImageOrigin extends Origin {
  readonly requests: readonly OriginRequest[];
  readonly sent: () => number;
  /** Bodies that were cancelled before their end. */
  readonly cancelled: () => number;
  /** Bodies that were neither read to their end nor cancelled. */
  readonly open: () => number;
}

export function createImageOrigin(options: ImageOriginOptions): ImageOrigin {
  const { turns, ranges, refused = new Set() } = options;
  const requests: OriginRequest[] = [];
  let cuts = options.cuts ?? 0;
  let sent = 0;
  let open = 0;
  let cancelled = 0;

  return {
    requests,
    sent: () => sent,
    open: () => open,
    cancelled: () => cancelled,
    async send(call, request) {
      const count = requests.push(request) - 1;
      await turns.turn('origin');
      if (call.signal.aborted) throw new GatewayFailure('client-gone', 'gone');
      cutNow(0.1);
      const { lie, liesFrom = 0, liesUntil = Infinity } = options;
      const data = lie && count >= liesFrom && count < liesUntil ? lie : options.data;
      const token = headerOf(request.headers, 'x-auth-token') ?? '';
      const range = /^bytes=(\d+)-(\d+)$/.exec(headerOf(request.headers, 'range') ?? '');
      const answer = (status: number, headers: HeaderList, bytes: Uint8Array) => {
        open += 1;
        const body = bodyOf(bytes, call.signal);
        return { status, headers, body, endpoint: 'http://glance', attempts: 1 };
      };
      if (refused.has(token)) return answer(403, [], new Uint8Array());
      const mood =
        ranges === 'fickle' ? turns.below(3) : ['yes', 'refused', 'ignored'].indexOf(ranges);
      if (!range || mood === 2) {
        return answer(200, [['Content-Length', String(data.length)]], data);
      }
      if (mood === 1) return answer(400, [], new Uint8Array());
      const [from, last] = [Number(range[1]), Number(range[2])];
      const told = `bytes ${from}-${last}/${data.length}`;
      return answer(206, [['Content-Range', told]], data.subarray(from, last + 1));
    },
  };

  function bodyOf(bytes: Uint8Array, signal: AbortSignal): OriginBody {
    let at = 0;
    let over = false;
    const end = (): void => {
      if (!over) open -= 1;
      over = true;
    };
    return {
      async read() {
        await turns.turn('origin');
        if (over) throw new GatewayFailure('origin-cut', 'read after its end');
        // What is on its way when the interest ends may still arrive.
        if (signal.aborted && turns.chance(0.5)) throw new GatewayFailure('client-gone', 'gone');
        cutNow(0.1);
        if (at === bytes.length) {
          end();
          return null;
        }
        const piece = bytes.slice(at, at + 1 + turns.below(options.maxPiece));
        at += piece.length;
        sent += piece.length;
        return piece;
      },
      cancel() {
        if (!over) cancelled += 1;
        end();
      },
    };
  }

  function cutNow(share: number): void {
    if (cuts === 0 || !turns.chance(share)) return;
    cuts -= 1;
    throw new GatewayFailure('origin-cut', 'cut');
  }
}

function headerOf(headers: HeaderList, name: string): string | undefined {
  return headers.find(([key]) => key.toLowerCase() === name)?.[1];
}
