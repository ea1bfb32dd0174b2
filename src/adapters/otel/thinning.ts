// Which of the usual calls are held when there are many: as they are all alike, some will do, and what is
// held goes back further than the last blink.

export interface Thinning {
  /** Whether a call that ended then (epoch milliseconds) may be held. */
  admits(endedAt: number): boolean;
}

/** So many at once, and as many in each minute from then on. */
export function createThinning(perMinute: number): Thinning {
  let room = perMinute;
  let since = 0;
  return {
    admits(endedAt) {
      const regained = (Math.max(0, endedAt - since) * perMinute) / 60_000;
      room = Math.min(perMinute, room + regained);
      since = Math.max(since, endedAt);
      if (room < 1) return false;
      room -= 1;
      return true;
    },
  };
}
