// Which calls are slow: those among the slowest of their route within the last hour. A fixed number of
// milliseconds could not tell a slow record from a fast download.

export interface Slowest {
  /** Whether that call, which has just ended, is one of them. Times in milliseconds. */
  isSlow(route: string, durationMs: number, endedAt: number): boolean;
}

/** As many as one looks at; times some fifty routes, that is a small part of the traces held. */
const PER_ROUTE = 4;
/** After that a call is history, and what is slow now is worth more. */
const REMEMBERED_MS = 3_600_000;

interface Call {
  readonly durationMs: number;
  readonly endedAt: number;
}

/** Routes are a closed list, and so is what is remembered of them. */
export function createSlowest(): Slowest {
  // The slowest first.
  const routes = new Map<string, readonly Call[]>();
  return {
    isSlow(route, durationMs, endedAt) {
      const known = routes.get(route) ?? [];
      const isOld = (call: Call): boolean => endedAt - call.endedAt > REMEMBERED_MS;
      const calls = known.some(isOld) ? known.filter((call) => !isOld(call)) : known;
      const fastest = calls[PER_ROUTE - 1];
      if (fastest !== undefined && fastest.durationMs >= durationMs) return false;
      const ranked = [...calls, { durationMs, endedAt }].sort(
        (a, b) => b.durationMs - a.durationMs,
      );
      routes.set(route, ranked.slice(0, PER_ROUTE));
      return true;
    },
  };
}
