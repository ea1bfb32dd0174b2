// Durations as Jaeger's clients write them: Go's `time.ParseDuration`, such as `100ms`, `1.2s`,
// `50us` or `1m30s`.

/** Microseconds, or null when it is no such duration. Negative ones are none here: nothing lasts less than 0. */
export function parseGoDuration(text: string): number | null {
  if (text === '0') return 0;
  // Length first: the time that the pattern takes grows with its square.
  if (text.length > MAX_LENGTH || !DURATION.test(text)) return null;
  let total = 0;
  for (const [, amount, unit = ''] of text.matchAll(/(\d+\.?\d*|\.\d+)([a-zµμ]+)/g)) {
    total += Number(amount) * (UNITS.get(unit) ?? Number.NaN);
  }
  return total;
}

const MAX_LENGTH = 64;

const DURATION = /^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|[µμ]s|ms|s|m|h))+$/;

/** Microseconds in each unit. Go takes the micro sign and the Greek letter alike. */
const UNITS: ReadonlyMap<string, number> = new Map([
  ['ns', 0.001],
  ['us', 1],
  ['µs', 1],
  ['μs', 1],
  ['ms', 1000],
  ['s', 1_000_000],
  ['m', 60_000_000],
  ['h', 3_600_000_000],
]);
