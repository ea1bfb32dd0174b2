// Who sends next: answers take turns on the event loop, so many bytes in each of its rounds, and in
// between everybody else is heard.

export interface SendingTurns {
  /**
   * Has `goOn` run when those before it had their turn, never at once. It is told how many of its bytes
   * it may send.
   */
  take(bytes: number, goOn: (most: number) => void): void;
  /** Has `send` run at the end of this round, with all others that were handed in during it. */
  together(send: () => void): void;
}

/**
 * Bytes of a round: a tenth of a millisecond of copying. What is on its way between the kernel's two ends
 * so stays in the caches of the processors: with rounds of 4 MiB each byte cost a third more. Smaller ones
 * cost more calls than they save.
 */
const ROUND_BYTES = 512 * 1024;

/**
 * Of several workers that take up all cores: a whole chunk. A reader on this machine then waits for a core
 * whatever the size, caches are cold when it gets one, and shares only make it wait more often.
 */
const CROWDED_ROUND_BYTES = 4 * 1024 * 1024;

/** Bytes of a round in each of so many workers. */
export function roundBytes(workers: number, cores: number): number {
  return workers > 1 && workers >= cores ? CROWDED_ROUND_BYTES : ROUND_BYTES;
}

/**
 * A reader that waits has to be woken for the first small answer; for those that follow at once it is up.
 * More than so many would make the first one late: these are a millisecond or two of work.
 */
const MOST_TOGETHER = 64;

/** @param bytesOfRound as many as one may send while others wait, too */
export function createSendingTurns(bytesOfRound: number): SendingTurns {
  const waiting: { readonly bytes: number; readonly goOn: (most: number) => void }[] = [];

  function round(): void {
    const alone = waiting.length === 1;
    let sent = 0;
    try {
      while (sent < bytesOfRound) {
        const next = waiting.shift();
        if (next === undefined) return;
        const most = alone ? next.bytes : Math.min(next.bytes, bytesOfRound);
        sent += most;
        next.goOn(most);
      }
    } finally {
      // Also after one that threw: the others are not to wait for ever.
      if (waiting.length > 0) setImmediate(round);
    }
  }

  const gathered: (() => void)[] = [];

  function sendGathered(): void {
    try {
      for (let send = gathered.shift(); send; send = gathered.shift()) send();
    } finally {
      if (gathered.length > 0) setImmediate(sendGathered);
    }
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
