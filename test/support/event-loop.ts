// Waiting for things to come to rest, in turns of the event loop instead of time.
import { setImmediate } from 'node:timers/promises';

/** So many turns without a change count as rest; a turn includes all I/O that is ready. */
const QUIET_TURNS = 200;

/** The value of `read` once it has stopped changing. */
export async function atRest(read: () => number): Promise<number> {
  let last = read();
  for (let quiet = 0; quiet < QUIET_TURNS; quiet += 1) {
    await setImmediate();
    const now = read();
    if (now !== last) quiet = 0;
    last = now;
  }
  return last;
}
