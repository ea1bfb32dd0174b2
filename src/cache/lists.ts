// Reads that are coalesced and never kept: image lists. Concurrent identical reads of one caller
// share one question, unless something was written in between.
import type { Caller } from '../core/caller.ts';
import { type HeaderList, headerValue } from '../core/headers.ts';
import type { Call } from '../ports/call.ts';
import type { Origin } from '../ports/origin.ts';
import type { Clock } from '../ports/runtime.ts';
import type { Epochs } from './epochs.ts';
import type { KeptAnswer } from './kept-answer.ts';
import { readWhole } from './origin-body.ts';
import { createSingleFlight } from './single-flight.ts';

export interface ListQuestion {
  readonly region: string;
  readonly target: string;
  readonly caller: Caller;
  readonly headers: HeaderList;
}

export type ListRead =
  | {
      readonly kind: 'answer';
      readonly answer: KeptAnswer;
      readonly collapsed: boolean;
      /** Requests that this read sent to the origin: none when it joined another. */
      readonly attempts: number;
    }
  | { readonly kind: 'oversized' };

export interface Lists {
  read(call: Call, question: ListQuestion): Promise<ListRead>;
}

/** Glance lists at most 1,000 images at a time by default, some 2 KB each. */
const MAX_LIST_BYTES = 16 * 1024 * 1024;

export function createLists(origin: Origin, epochs: Epochs, clock: Clock): Lists {
  const flights = createSingleFlight<
    { kind: 'answer'; answer: KeptAnswer; attempts: number } | { kind: 'oversized' }
  >();
  return {
    async read(call, { region, target, caller, headers }) {
      const accept = headerValue(headers, 'accept') ?? '';
      const key = JSON.stringify([region, epochs.ofRegion(region), caller.digest, target, accept]);
      const { result, joined } = flights.board(key, call.signal, async (signal) => {
        const storedAt = clock.now();
        const asked = await origin.send(
          { ...call, signal },
          { region, endpoint: null, method: 'GET', target, headers, body: null },
        );
        const whole = await readWhole(asked.body, MAX_LIST_BYTES);
        if (whole.kind === 'oversized') return whole;
        const { status, attempts } = asked;
        return {
          kind: 'answer',
          answer: { status, headers: asked.headers, body: whole.bytes, storedAt },
          attempts,
        };
      });
      const read = await result;
      return read.kind === 'oversized'
        ? read
        : { ...read, collapsed: joined, attempts: joined ? 0 : read.attempts };
    },
  };
}
