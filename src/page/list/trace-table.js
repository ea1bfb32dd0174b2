// Calls as rows, newest first: the list's and the image history's table. A row is one link with
// everything else beside it, so that the browser's own ways of opening links work.
import { h, setVariable } from '../dom.js';
import { clock, count, duration, isoTime, shortId } from '../format.js';
import { imageLink, traceLink } from '../location.js';
import { outcomeBadge } from './outcome.js';

/** @import { TraceSummary } from '../../ports/trace-store.ts' */

/** As many as the gateway lists at once; more rows than this help nobody. */
export const MAX_ROWS = 1_000;

const COLUMNS = ['Time', 'Outcome', 'Call', 'Region', 'Image', 'Status', 'Took', 'Spans'];

/** @param {string} label what these calls are, for those who hear the page */
export function createTraceTable(label) {
  /** The row of every trace shown. @type {Map<string, HTMLTableRowElement>} */
  const rows = new Map();
  const body = h('tbody');
  const heads = COLUMNS.map((name) =>
    h('th', { scope: 'col', class: `c-${name.toLowerCase()}` }, name),
  );
  const element = h(
    'table',
    { class: 'traces', 'aria-label': label },
    h('thead', {}, h('tr', {}, ...heads)),
    body,
  );
  let longest = 1;

  return {
    element,

    /** @param {readonly TraceSummary[]} traces newest first */
    replace(traces) {
      rows.clear();
      longest = 1;
      for (const trace of traces) add(trace);
      body.replaceChildren(...rows.values());
    },

    /**
     * Puts calls that just ended on top; a trace that is there already moves up.
     * @param {readonly TraceSummary[]} traces oldest first
     */
    prepend(traces) {
      for (const trace of traces) {
        const focused = rows.get(trace.traceId)?.contains(document.activeElement) ?? false;
        rows.get(trace.traceId)?.remove();
        rows.delete(trace.traceId);
        const row = add(trace);
        row.classList.add('fresh');
        body.prepend(row);
        if (focused) row.querySelector('a')?.focus({ preventScroll: true });
      }
      while (body.rows.length > MAX_ROWS) {
        const last = body.rows[body.rows.length - 1];
        last?.remove();
        rows.delete(last?.dataset.trace ?? '');
      }
    },

    size: () => rows.size,

    /** @returns {readonly HTMLElement[]} in the order shown */
    links: () => [...body.querySelectorAll('a.call')].filter((link) => link instanceof HTMLElement),
  };

  /** @param {TraceSummary} trace */
  function add(trace) {
    const row = traceRow(trace);
    rows.set(trace.traceId, row);
    longest = Math.max(longest, trace.durationMs);
    setVariable(element, '--longest', longest);
    return row;
  }
}

/** @param {TraceSummary} trace */
function traceRow(trace) {
  const { traceId, startTime, durationMs, image, region, status, error } = trace;
  const took = h('span', { class: 'took' }, duration(durationMs));
  const row = h(
    'tr',
    { 'data-trace': traceId, 'data-error': error !== null },
    h(
      'td',
      { class: 'c-time' },
      h('time', { datetime: isoTime(startTime), title: isoTime(startTime) }, clock(startTime)),
    ),
    h('td', { class: 'c-outcome' }, outcomeBadge(trace)),
    h('td', { class: 'c-call' }, callLink(trace)),
    h('td', { class: 'c-region' }, region ?? '–'),
    h(
      'td',
      { class: 'c-image' },
      image === null
        ? '–'
        : h('a', { href: imageLink(image), title: `All of image ${image}` }, shortId(image)),
    ),
    h(
      'td',
      { class: 'c-status', 'data-class': statusClass(status) },
      status === null ? '–' : String(status),
    ),
    h('td', { class: 'c-took', title: `${durationMs} ms` }, took),
    h('td', { class: 'c-spans' }, count(trace.spans)),
  );
  setVariable(row, '--took', durationMs);
  return row;
}

/** @param {TraceSummary} trace */
function callLink({ traceId, name, route }) {
  const [method = '', ...rest] = name.split(' ');
  const path = route ?? rest.join(' ');
  const title = `Trace ${traceId}`;
  return h('a', { class: 'call', href: traceLink(traceId), title }, h('b', {}, method), ` ${path}`);
}

/** @param {number | null} status */
function statusClass(status) {
  return status === null ? '' : `${Math.floor(status / 100)}xx`;
}
