// The last hour, minute by minute. A call counts in the minute in which it ended; its bytes, in the
// minutes in which they went out.
import type { Minute } from '../../ports/activity.ts';
import type { CallSummary } from '../../ports/call-observer.ts';
import type { Clock } from '../../ports/runtime.ts';
import { imageBytesOf } from './call-kind.ts';
import { type Bytes, createTally, type Tally, type TallyParts } from './tally.ts';

export interface Minutes {
  ended(summary: CallSummary): void;
  fetched(bytes: number): void;
  /** Oldest first, the current one last, none left out. */
  last(): readonly Minute[];
  /** All that was counted since it was last taken; it is not counted here any more. */
  take(): readonly TallyParts[];
  /** Adds what was counted elsewhere in one minute. */
  add(parts: TallyParts): void;
}

/** An hour: what one looks back on when somebody asks why a boot was slow. */
const KEPT = 60;
const MINUTE_MS = 60_000;

export function createMinutes(clock: Clock): Minutes {
  // Numbered from the epoch; each number has one place, which the minute an hour later takes over.
  const places: (Tally | undefined)[] = Array.from({ length: KEPT });
  const first = minuteAt(clock.now());

  function at(minute: number): Tally {
    const found = places[minute % KEPT];
    if (found?.time === minute * MINUTE_MS) return found;
    const fresh = createTally(minute * MINUTE_MS);
    places[minute % KEPT] = fresh;
    return fresh;
  }

  return {
    ended(summary) {
      const now = clock.now();
      at(minuteAt(now)).ended(summary);
      const imageBytes = imageBytesOf(summary);
      if (minuteAt(now - summary.durationMs) === minuteAt(now)) {
        at(minuteAt(now)).sent(summary.bytesSent, imageBytes);
        return;
      }
      spread(now - summary.durationMs, now, (minute, cut) => {
        at(minute).sent(cut(summary.bytesSent), cutAll(imageBytes, cut));
      });
    },
    fetched(bytes) {
      at(minuteAt(clock.now())).fetched(bytes);
    },
    last() {
      const current = minuteAt(clock.now());
      // A clock that was set back shows no minutes from before the program.
      const oldest = Math.min(current, Math.max(first, current - KEPT + 1));
      return Array.from({ length: current - oldest + 1 }, (_, index) => at(oldest + index).sums());
    },
    take() {
      const taken = places.flatMap((tally) => tally?.parts() ?? []);
      places.fill(undefined);
      return taken;
    },
    add(parts) {
      const minute = minuteAt(parts.time);
      // It would take the place of the minute that is now an hour later.
      if (minute > minuteAt(clock.now()) - KEPT) at(minute).add(parts);
    },
  };
}

/**
 * Cuts what went out between two times into minutes, as if it had gone out evenly: a download of four
 * minutes is no peak in its last one. `cut` gives a minute's part of a whole number; the parts add up
 * to it, but for those from before the hour.
 */
function spread(
  from: number,
  to: number,
  part: (minute: number, cut: (whole: number) => number) => void,
): void {
  const last = minuteAt(to);
  const reached = (whole: number, time: number): number => {
    if (time <= from) return 0;
    return time >= to ? whole : Math.round((whole * (time - from)) / (to - from));
  };
  for (let minute = Math.max(minuteAt(from), last - KEPT + 1); minute <= last; minute += 1) {
    const start = minute * MINUTE_MS;
    part(minute, (whole) => reached(whole, start + MINUTE_MS) - reached(whole, start));
  }
}

function cutAll(bytes: Bytes, cut: (whole: number) => number): Bytes {
  const { memory, disk, redis, origin } = bytes;
  return { memory: cut(memory), disk: cut(disk), redis: cut(redis), origin: cut(origin) };
}

function minuteAt(time: number): number {
  return Math.floor(time / MINUTE_MS);
}
