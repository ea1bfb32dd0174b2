// When a request begins: at once, unless those before it have taken up this round of the event loop. Many
// that come together then share it with answers that are on their way and with what origins send. A dozen
// that each open a connection to the origin are a round: 200 of them took 75 ms, in which nobody was sent
// anything.
import { createTimedRounds } from '../adapters/node/timed-rounds.ts';

export interface BeginningTurns {
  /** Has `begin` run, in the order of asking. */
  take(begin: () => void): void;
}

/** Who comes then has one of them begin: a longer line would be the memory of clients who only send. */
const MOST_WAITING = 1024;

/** @param now milliseconds of a clock that never jumps */
export function createBeginningTurns(now: () => number): BeginningTurns {
  const waiting: (() => void)[] = [];
  const hasTime = createTimedRounds(now, () => {
    while (waiting.length > 0 && hasTime()) waiting.shift()?.();
  });

  return {
    take(begin) {
      if (waiting.length === 0 && hasTime()) return begin();
      waiting.push(begin);
      if (waiting.length > MOST_WAITING) waiting.shift()?.();
    },
  };
}
