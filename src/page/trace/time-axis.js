// The time axis over the waterfall: four to eight round marks, counted from the beginning.
import { h, setVariable } from '../dom.js';
import { roundDuration } from '../format.js';

/** @import { TimeRange } from './span-tree.js' */

/** Distances that read well, in milliseconds; smaller ones are 1, 2 and 5 times a power of ten. */
const ROUND_MS = [1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 9e5, 18e5, 36e5];

/**
 * @param {TimeRange} range
 * @returns {HTMLElement}
 */
export function timeAxis({ start, end }) {
  const length = end - start;
  const step = stepFor(length);
  const axis = h('div', { class: 'axis', 'aria-hidden': 'true' });
  // A mark right before the end would have its words cut off.
  for (let at = 0; at <= length * 0.96; at += step) {
    const mark = h('span', { class: 'tick' }, roundDuration(at));
    setVariable(mark, '--at', at / length);
    axis.append(mark);
  }
  return axis;
}

/** @param {number} length milliseconds */
export function stepFor(length) {
  const wanted = length / 6;
  const round = ROUND_MS.find((step) => step >= wanted);
  if (wanted >= 1_000) return round ?? Math.ceil(wanted / 36e5) * 36e5;
  const power = 10 ** Math.floor(Math.log10(wanted));
  return ([1, 2, 5, 10].find((times) => times * power >= wanted) ?? 10) * power;
}
