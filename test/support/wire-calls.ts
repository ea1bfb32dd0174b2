// Requests for tests of the wire: the parts that a test does not care about, filled in.

import { type Call, UNWATCHED } from '../../src/ports/call.ts';
import type { OriginBody } from '../../src/ports/origin.ts';
import type { WireOutcome, WireRequest } from '../../src/ports/wire.ts';

/** A call that nobody gives up, or the one with that signal. */
export function aCall(signal: AbortSignal = new AbortController().signal): Call {
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const trace = {
    traceId,
    spanId: 'b7ad6b7169203331',
    sampled: true,
    traceState: null,
    baggage: null,
    profile: null,
  };
  return { signal, trace, watch: UNWATCHED };
}

/** A GET of /v2/images without headers, changed by `parts`. */
export function aRequest(endpoint: string, parts: Partial<WireRequest> = {}): WireRequest {
  return {
    region: 'RegionOne',
    endpoint,
    method: 'GET',
    target: '/v2/images',
    headers: [],
    body: null,
    ...parts,
  };
}

/** The answer of an outcome that must be one. */
export function answered(outcome: WireOutcome): Extract<WireOutcome, { kind: 'answered' }> {
  if (outcome.kind !== 'answered') throw outcome.failure;
  return outcome;
}

/** An outcome without an answer, as "kind code". */
export function failed(outcome: WireOutcome): string {
  if (outcome.kind === 'answered') throw new Error(`answered ${outcome.status}`);
  return `${outcome.kind} ${outcome.failure.code}`;
}

/** A whole body as Latin-1. Throws what reading it throws. */
export async function readAll(body: OriginBody): Promise<string> {
  const pieces: Uint8Array[] = [];
  for (let piece = await body.read(); piece !== null; piece = await body.read()) pieces.push(piece);
  return Buffer.concat(pieces).toString('latin1');
}

/** A body of those pieces that then ends, errors, or stays open. */
export function aBody(
  pieces: readonly string[],
  then: 'end' | 'error' | 'stay' = 'end',
): ReadableStream<Uint8Array> {
  const left = [...pieces];
  return new ReadableStream({
    pull(controller) {
      const piece = left.shift();
      if (piece !== undefined) controller.enqueue(Buffer.from(piece, 'latin1'));
      else if (then === 'end') controller.close();
      else if (then === 'error') controller.error(new Error('the client went away'));
      else return new Promise<void>(() => {});
      return undefined;
    },
  });
}
