// The waterfall: all spans of a trace as a tree over one time axis, walked by mouse or keys.
import { h, setVariable } from '../dom.js';
import { moveFocus } from '../view.js';
import { byteLane } from './byte-lane.js';
import { spanRows, timeRange } from './span-tree.js';
import { TONES, toneOf } from './span-words.js';
import { stepFor, timeAxis } from './time-axis.js';
import { waterfallRow } from './waterfall-row.js';

/** @import { StoredSpan, StoredTrace } from '../../ports/trace-store.ts' */

/**
 * @param {StoredTrace} trace
 * @param {(span: StoredSpan) => void} onSelect
 */
export function createWaterfall(trace, onSelect) {
  const range = timeRange(trace.tree);
  const rows = spanRows(trace.tree).map((row) => ({
    ...row,
    element: waterfallRow(row, range, trace.traceId),
  }));
  /** Spans whose children are hidden. @type {Set<string>} */
  const folded = new Set();
  const grid = h(
    'div',
    { class: 'rows', role: 'treegrid', 'aria-label': 'Spans' },
    ...rows.map(({ element }) => element),
  );
  const head = h(
    'div',
    { class: 'waterfall-head' },
    h('span', {}, 'Span'),
    timeAxis(range),
    h('span', {}, 'Took'),
  );
  const element = h(
    'div',
    { class: 'waterfall' },
    byteLane(trace.tree, range),
    head,
    grid,
    legend(trace.tree),
  );
  const length = range.end - range.start;
  setVariable(element, '--step', stepFor(length) / length);
  rows[0]?.element.setAttribute('tabindex', '0');
  grid.addEventListener('click', clicked);
  grid.addEventListener('focusin', focused);

  return {
    element,
    select,

    /** @param {string} key */
    key(key) {
      const row = rows.find((each) => each.element === document.activeElement);
      if (key === 'Enter' && row) select(row.span.spanId);
      else if (key === 'ArrowLeft' && row) fold(row.span.spanId, true);
      else if (key === 'ArrowRight' && row) fold(row.span.spanId, false);
      else
        return moveFocus(
          rows.map((each) => each.element).filter((each) => !each.hidden),
          key,
        );
      return true;
    },
  };

  /** @param {string} spanId */
  function select(spanId) {
    const row = rows.find(({ span }) => span.spanId === spanId);
    if (row === undefined) return false;
    for (const above of row.ancestors) fold(above, false);
    for (const each of rows) each.element.setAttribute('aria-selected', String(each === row));
    // First the panel, which may cover part of the window, then the place that is left for the row.
    onSelect(row.span);
    row.element.focus({ preventScroll: true });
    row.element.scrollIntoView({ block: 'nearest' });
    return true;
  }

  /** @param {MouseEvent} event */
  function clicked({ target }) {
    if (!(target instanceof Element) || target.closest('a')) return;
    const row = target.closest('.span-row');
    const spanId = row?.getAttribute('data-span') ?? '';
    if (target.closest('.fold')) fold(spanId, !folded.has(spanId));
    else select(spanId);
  }

  /** The one row that Tab leads to is the one that was walked to. @param {FocusEvent} event */
  function focused({ target }) {
    if (!(target instanceof HTMLElement) || target.role !== 'row') return;
    for (const { element: each } of rows) each.tabIndex = each === target ? 0 : -1;
  }

  /**
   * @param {string} spanId
   * @param {boolean} hide
   */
  function fold(spanId, hide) {
    const row = rows.find(({ span }) => span.spanId === spanId);
    if (!row?.hasChildren) return;
    if (hide) folded.add(spanId);
    else folded.delete(spanId);
    row.element.setAttribute('aria-expanded', String(!hide));
    for (const each of rows) each.element.hidden = each.ancestors.some((id) => folded.has(id));
  }
}

/** @param {readonly StoredSpan[]} spans */
function legend(spans) {
  const present = new Set(spans.map(toneOf));
  const items = Object.entries(TONES)
    .filter(([tone]) => present.has(tone))
    .map(([tone, words]) =>
      h('li', {}, h('span', { class: 'swatch', 'data-tone': tone, 'aria-hidden': 'true' }), words),
    );
  return h(
    'ul',
    { class: 'legend' },
    ...items,
    h('li', {}, h('span', { class: 'event', 'aria-hidden': 'true' }), 'event'),
  );
}
