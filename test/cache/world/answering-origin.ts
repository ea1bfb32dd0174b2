// An origin, as a port, that answers each request as a test says, and remembers what it was asked.
import { GatewayFailure } from '../../../src/core/failure.ts';
import type { HeaderList } from '../../../src/core/headers.ts';
import type { Call } from '../../../src/ports/call.ts';
import type { Origin, OriginAnswer, OriginRequest } from '../../../src/ports/origin.ts';

export interface GivenAnswer {
  readonly status?: number;
  readonly headers?: HeaderList;
  /** Each piece as one read; an error is thrown where it stands. */
  readonly pieces?: readonly (Uint8Array | Error)[];
}

export interface AnsweringOrigin extends Origin {
  readonly requests: readonly OriginRequest[];
  readonly calls: readonly Call[];
  /** Bodies that were neither read to their end nor cancelled. */
  readonly open: () => number;
  /** Pieces that were read in all. */
  readonly reads: () => number;
}

/** @param answer may wait, and throws what the origin is to throw */
export function createAnsweringOrigin(
  answer: (request: OriginRequest, count: number, call: Call) => GivenAnswer | Promise<GivenAnswer>,
): AnsweringOrigin {
  const requests: OriginRequest[] = [];
  const calls: Call[] = [];
  let open = 0;
  let reads = 0;

  return {
    requests,
    calls,
    open: () => open,
    reads: () => reads,
    async send(call, request) {
      calls.push(call);
      return received(await answer(request, requests.push(request) - 1, call));
    },
  };

  function received({ status = 200, headers = [], pieces = [] }: GivenAnswer): OriginAnswer {
    const left = [...pieces];
    let over = false;
    open += 1;
    const end = (): void => {
      if (!over) open -= 1;
      over = true;
    };
    const body = {
      async read() {
        if (over) throw new GatewayFailure('origin-cut', 'read after its end');
        const piece = left.shift();
        if (piece instanceof Error) throw piece;
        if (piece) reads += 1;
        else end();
        return piece ?? null;
      },
      cancel: end,
    };
    return { status, headers, body, endpoint: 'http://glance', attempts: 1 };
  }
}

export const text = (content: string): Uint8Array => new TextEncoder().encode(content);

export const json = (content: unknown): GivenAnswer => ({
  headers: [['Content-Type', 'application/json']],
  pieces: [text(JSON.stringify(content))],
});
