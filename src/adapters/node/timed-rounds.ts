// Rounds of the event loop in which some kind of work has only so much time: what is left waits for a
// later one, so that everybody else is heard in between.

/** Some two hundred hits that begin, or forty reads from an origin with their copies. */
const ROUND_MS = 4;

/**
 * Tells whether this round has time for more. The first to ask in a round begins its time.
 *
 * @param now milliseconds of a clock that never jumps
 * @param onNext called in the next round, before what it brings itself
 */
export function createTimedRounds(now: () => number, onNext: () => void): () => boolean {
  let since: number | null = null;
  const next = (): void => {
    since = null;
    onNext();
  };
  return () => {
    if (since !== null) return now() - since < ROUND_MS;
    since = now();
    setImmediate(next);
    return true;
  };
}
