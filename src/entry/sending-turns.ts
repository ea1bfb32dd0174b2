// Who sends next: answers take turns on the event loop, so many bytes in each of its rounds, and in
// between everybody else is heard.

export interface SendingTurns {
  /** Has `goOn` run when those before it had their turn, never at once; it may send as much again. */
  take(bytes: number, goOn: () => void): void;
  /** Has `send` run at the end of this round, with all others that were handed in during it. */
  together(send: () => void): void;
}

/**
 * 4 MiB: two to four milliseconds of copying. With 32 clients who take what comes, a round of all of them
 * took up to 60 ms, in which no connection was accepted and no byte of an origin was read.
 */
const ROUND_BYTES = 4 * 1024 * 1024;

/**
 * A reader that waits has to be woken for the first small answer; for those that follow at once it is up.
 * More than so many would make the first one late: these are a millisecond or two of work.
 */
const MOST_TOGETHER = 64;

export function createSendingTurns(): SendingTurns {
  const waiting: { readonly bytes: number; readonly goOn: () => void }[] = [];

  function round(): void {
    let bytes = 0;
    while (bytes < ROUND_BYTES) {
      const next = waiting.shift();
      if (next === undefined) return;
      bytes += next.bytes;
      next.goOn();
    }
    if (waiting.length > 0) setImmediate(round);
  }

  let gathered: (() => void)[] = [];

  function sendGathered(): void {
    const sends = gathered;
    gathered = [];
    for (const send of sends) send();
  }

  return {
    together(send) {
      const count = gathered.push(send);
      if (count === 1) setImmediate(sendGathered);
      else if (count >= MOST_TOGETHER) sendGathered();
    },

    take(bytes, goOn) {
      if (waiting.push({ bytes, goOn }) === 1) setImmediate(round);
    },
  };
}
