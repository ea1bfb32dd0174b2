// Sizes and durations as operators write them. A bare number is refused, `0` too: nobody should
// have to look up whether a setting counts bytes or mebibytes, seconds or milliseconds.

/** What a text amounts to (bytes or milliseconds), or what is wrong with it. */
export type Quantity =
  | { readonly kind: 'quantity'; readonly value: number }
  | { readonly kind: 'mistake'; readonly reason: string };

type Units = readonly (readonly [unit: string, worth: number])[];

/** Binary units only: `MB` means a million to some and 2^20 to others. */
const SIZE_UNITS: Units = [
  ['TiB', 2 ** 40],
  ['GiB', 2 ** 30],
  ['MiB', 2 ** 20],
  ['KiB', 2 ** 10],
  ['B', 1],
];

const DURATION_UNITS: Units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
];

/** Bytes of a size such as `4MiB`, `20GiB` or `512B`. */
export function parseSize(text: string): Quantity {
  return parse(text, SIZE_UNITS);
}

/** Milliseconds of a duration such as `10s`, `500ms`, `5m`, `1h` or `0s`. */
export function parseDuration(text: string): Quantity {
  return parse(text, DURATION_UNITS);
}

/** The size in the largest unit that leaves a whole number: the shortest text `parseSize` takes back. */
export function formatSize(bytes: number): string {
  return format(bytes, SIZE_UNITS, 'B');
}

/** The duration in the largest unit that leaves a whole number; `0s` for none. */
export function formatDuration(ms: number): string {
  return format(ms, DURATION_UNITS, 's');
}

function parse(text: string, units: Units): Quantity {
  const [, digits, unit] = /^(\d+)([A-Za-z]*)$/.exec(text) ?? [];
  const names = units.map(([name]) => name).reverse();
  if (digits === undefined || unit === undefined) {
    return mistake(`write a whole number and one of ${names.join(', ')}, without a space`);
  }
  if (unit === '') return mistake(`the unit is missing: one of ${names.join(', ')}`);
  const known = units.find(([name]) => name === unit);
  if (known === undefined) return mistake(`"${unit}" is not one of the units ${names.join(', ')}`);
  const value = Number(digits) * known[1];
  return Number.isSafeInteger(value)
    ? { kind: 'quantity', value }
    : mistake('that is more than can be counted');
}

function mistake(reason: string): Quantity {
  return { kind: 'mistake', reason };
}

function format(value: number, units: Units, unitOfZero: string): string {
  if (value === 0) return `0${unitOfZero}`;
  const [unit, worth] = units.find(([, each]) => value % each === 0) ?? ['', 1];
  return `${value / worth}${unit}`;
}
