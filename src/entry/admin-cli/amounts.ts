// Durations, sizes, shares and times for people, short enough for a column.

/** `750 µs`, `12.5 ms`, `4.21 s`, `3 m 05 s`, `2 h 07 m`. */
export function duration(ms: number): string {
  if (ms < 0.9995) return `${Math.round(ms * 1000)} µs`;
  if (ms < 999.5) return `${threeDigits(ms)} ms`;
  if (ms < 59_995) return `${threeDigits(ms / 1000)} s`;
  const seconds = Math.round(ms / 1000);
  const minutes = Math.round(seconds / 60);
  return seconds < 3600
    ? `${Math.floor(seconds / 60)} m ${twoDigits(seconds % 60)} s`
    : `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} m`;
}

/** `512 B`, `100.0 MiB`. */
export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  let [value, at] = [bytes / 1024, 0];
  for (; value >= 1023.95 && at < UNITS.length - 1; at += 1) value /= 1024;
  return `${value.toFixed(1)} ${UNITS[at]}`;
}

/** `99.5 %`; only a whole share is told as 100 %, only none as 0 %. */
export function percent(share: number): string {
  if (share <= 0) return '0 %';
  if (share >= 1) return '100 %';
  return `${Math.min(99.9, Math.max(0.1, share * 100)).toFixed(1)} %`;
}

/** `2026-11-23 23:58:29.123`, in UTC as the log's lines are; a dash when it is no time. */
export function instant(epochMs: number): string {
  const date = new Date(epochMs);
  if (Number.isNaN(date.getTime())) return '-';
  return date.toISOString().replace('T', ' ').replace('Z', '');
}

const UNITS = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

function threeDigits(value: number): string {
  const digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return value.toFixed(digits);
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
