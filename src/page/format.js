// Numbers as people read them. Where one is rounded, its exact value goes into the title beside it.

/**
 * @param {number} ms
 * @returns {string} `0.42 ms`, `312 ms`, `4.21 s`, `4 min 12 s`, `1 h 03 min`
 */
export function duration(ms) {
  if (ms < 1) return `${ms.toFixed(2)} ms`;
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 9_995) return `${(ms / 1_000).toFixed(2)} s`;
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}

/**
 * A round time without what is zero in it, as the marks of an axis want it.
 * @param {number} ms
 * @returns {string} `0`, `200 ms`, `1.5 s`, `4 min`
 */
export function roundDuration(ms) {
  if (ms === 0) return '0';
  return duration(ms)
    .replace(/\.0+ /, ' ')
    .replace(/(\.\d*[1-9])0+ /, '$1 ')
    .replace(/ 00 (s|min)$/, '');
}

/**
 * @param {number} bytes
 * @returns {string} `812 B`, `4.20 MiB`, `128 GiB`
 */
export function byteSize(bytes) {
  let [value, at] = [bytes, 0];
  for (; value >= 1023.5 && at < UNITS.length - 1; at += 1) value /= 1024;
  if (at === 0) return `${Math.round(value)} B`;
  const digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${UNITS[at]}`;
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/**
 * @param {number} share 0 to 1
 * @returns {string} `99.5 %`; only a whole share is told as 100 %, only none as 0 %
 */
export function percent(share) {
  if (share <= 0) return '0 %';
  if (share >= 1) return '100 %';
  return `${Math.min(99.9, Math.max(0.1, share * 100)).toFixed(1)} %`;
}

/** @param {number} number */
export function count(number) {
  return number.toLocaleString('en');
}

/**
 * @param {number} number
 * @param {string} one `fill`
 * @param {string} [many] `fills`
 */
export function counted(number, one, many = `${one}s`) {
  return `${count(number)} ${number === 1 ? one : many}`;
}

/**
 * The time of day with milliseconds; with the date in front when it was not today.
 * @param {number} time epoch ms
 */
export function clock(time) {
  const date = new Date(time);
  const day = date.toDateString() === new Date().toDateString() ? '' : `${isoDay(date)} `;
  const seconds = `${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`;
  return `${day}${two(date.getHours())}:${two(date.getMinutes())}:${seconds}`;
}

/** @param {number} time epoch ms */
export function hourAndMinute(time) {
  const date = new Date(time);
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** @param {number} time epoch ms */
export function isoTime(time) {
  return new Date(time).toISOString();
}

/**
 * The head of an id, which is enough to tell ids on one screen apart.
 * @param {string} id
 */
export function shortId(id) {
  return id.slice(0, 8);
}

/** @param {Date} date */
function isoDay(date) {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** @param {number} number */
function two(number) {
  return String(number).padStart(2, '0');
}
