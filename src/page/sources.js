// Where bytes come from, in the order and with the names that every view uses. The colours are the
// theme's `--memory`, `--disk`, `--redis` and `--origin`.
import { h, setVariable } from './dom.js';
import { byteSize, count, percent } from './format.js';

/** @import { ByteSource } from '../ports/call-observer.ts' */
/** @typedef {Readonly<Record<ByteSource, number>>} SourceBytes */

/** Nearest first. @type {readonly ByteSource[]} */
export const SOURCES = ['memory', 'disk', 'redis', 'origin'];

/** @param {SourceBytes} bytes */
export function sumOf(bytes) {
  return SOURCES.reduce((sum, source) => sum + (bytes[source] ?? 0), 0);
}

/**
 * Bytes by source as one bar with a legend that says the same in words.
 * @param {SourceBytes} bytes
 */
export function sourceBar(bytes) {
  const total = sumOf(bytes);
  const present = SOURCES.filter((source) => bytes[source] > 0);
  const bar = h('span', { class: 'source-bar', 'aria-hidden': 'true' });
  const legend = h('ul', { class: 'legend' });
  for (const source of present) {
    const part = h('span', { class: 'source-part', 'data-source': source });
    setVariable(part, '--share', bytes[source] / total);
    bar.append(part);
    const title = `${count(bytes[source])} bytes`;
    const words = `${byteSize(bytes[source])} (${percent(bytes[source] / total)})`;
    legend.append(h('li', { title }, swatch(source), `${source} `, h('b', {}, words)));
  }
  return h('div', { class: 'sources' }, bar, legend);
}

/** @param {ByteSource} source */
export function swatch(source) {
  return h('span', { class: 'swatch', 'data-source': source, 'aria-hidden': 'true' });
}
