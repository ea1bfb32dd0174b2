// Who receives next: when what origins send has taken up a round of the event loop, their answers stand
// still until a later one. Twenty fills that begin at once else have tens of megabytes read and copied in
// one round, into memory that is touched for the first time.
import { createTimedRounds } from '../node/timed-rounds.ts';

export interface ReceivingTurns {
  /** Whether this round has time for more. */
  hasTime(): boolean;
  /** Has `goOn` run when a later round has time for it, in the order of asking. */
  later(goOn: () => void): void;
}

/** @param now milliseconds of a clock that never jumps */
export function createReceivingTurns(now: () => number): ReceivingTurns {
  const waiting: (() => void)[] = [];
  const hasTime = createTimedRounds(now, () => {
    while (waiting.length > 0 && hasTime()) waiting.shift()?.();
  });
  return { hasTime, later: (goOn) => void waiting.push(goOn) };
}
