// The list of traces: filtered by the address, asked for once or kept up by the live tail.
import { h } from '../dom.js';
import { counted } from '../format.js';
import { listLink } from '../location.js';
import { createQuestion } from '../question.js';
import { emptyState, loadingState, troubleState } from '../states.js';
import { moveFocus } from '../view.js';
import { apiQuery, createFilters } from './filters.js';
import { openTail } from './tail.js';
import { createTailControls } from './tail-controls.js';
import { createTraceTable, MAX_ROWS } from './trace-table.js';

/** @import { Page, View } from '../view.js' */
/** @import { TraceSummary } from '../../ports/trace-store.ts' */

/** A first look; all that are held are one button away. */
const FIRST_ROWS = 200;

/**
 * @param {Page} page
 * @returns {View}
 */
export function createListView(page) {
  const question = createQuestion();
  const table = createTraceTable('Traces, newest first');
  const filters = createFilters((filter) => page.replace(listLink(filter)));
  const controls = createTailControls({ onToggle: toggleTail, onPause: pauseTail });
  const summary = h('p', { class: 'count', role: 'status' });
  const refresh = h('button', { type: 'button', onclick: reload }, 'Refresh');
  const more = h(
    'button',
    { type: 'button', class: 'more', onclick: showAll },
    `Show up to ${counted(MAX_ROWS, 'trace')}`,
  );
  const place = h('div', { class: 'rows' }, loadingState());
  const bar = h('div', { class: 'list-bar' }, summary, refresh, controls.element);
  const heading = h('h1', { class: 'unseen' }, 'Traces');
  const element = h('section', { class: 'list' }, heading, filters.element, bar, place);
  let filter = new URLSearchParams();
  /** @type {ReturnType<typeof openTail> | null} */
  let tail = null;
  let tailedQuery = '';

  page.title('Traces');
  return {
    element,
    show(route) {
      if (route.view !== 'list') return;
      filter = route.filter;
      filters.show(filter);
      showSearch(filter.get('q') ?? '');
      followTail();
      reload();
    },
    reload,
    key(key) {
      if (key === 'l') toggleTail();
      else if (key === 'p') pauseTail();
      else return moveFocus(table.links(), key);
      return true;
    },
    close() {
      question.close();
      tail?.close();
      showSearch('');
    },
  };

  function reload() {
    const query = apiQuery(filter);
    query.set('limit', filter.get('limit') ?? String(FIRST_ROWS));
    /** @type {(answer: import('../api.js').Answer<{ traces: readonly TraceSummary[] }>) => void} */
    const use = (answer) => {
      if (answer.kind === 'ok') showTraces(answer.value.traces, Number(query.get('limit')));
      else if (answer.kind === 'refused' || table.size() === 0) {
        place.replaceChildren(troubleState(answer));
        summary.textContent = '';
      }
    };
    void question.ask(`/api/traces?${query}`, use);
  }

  /**
   * @param {readonly TraceSummary[]} traces
   * @param {number} limit
   */
  function showTraces(traces, limit) {
    table.replace(traces);
    filters.offer(traces);
    showRows();
    if (traces.length === limit && limit < MAX_ROWS) place.append(more);
  }

  function showRows() {
    const size = table.size();
    if (size === 0) place.replaceChildren(nothing());
    else if (!table.element.isConnected) place.replaceChildren(table.element);
    else more.remove();
    summary.textContent = size === 0 ? 'No traces' : counted(size, 'trace');
  }

  function nothing() {
    if (apiQuery(filter).size === 0) {
      return emptyState(
        'No call has ended yet',
        'Calls appear here as soon as their last byte has left. Turn on the live tail to see them come.',
      );
    }
    const clear = h(
      'button',
      { type: 'button', onclick: () => page.replace(listLink(new URLSearchParams())) },
      'Clear the filters',
    );
    return emptyState(
      'No trace matches',
      'The gateway holds none like that, or no longer: the oldest traces make room for new ones.',
      clear,
    );
  }

  function showAll() {
    const all = new URLSearchParams(filter);
    all.set('limit', String(MAX_ROWS));
    page.replace(listLink(all));
  }

  function toggleTail() {
    const next = new URLSearchParams(filter);
    if (next.has('live')) next.delete('live');
    else next.set('live', '1');
    page.replace(listLink(next));
  }

  function pauseTail() {
    if (tail?.isPaused()) tail.resume();
    else tail?.pause();
  }

  /** Opens, ends or leaves the tail, as the address says. */
  function followTail() {
    const query = filter.has('live') ? apiQuery(filter).toString() : null;
    if (tail !== null && query === tailedQuery) return;
    tail?.close();
    tail = null;
    if (query === null) return controls.off();
    tailedQuery = query;
    tail = openTail({
      query,
      onTraces(traces) {
        table.prepend(traces);
        filters.offer(traces);
        showRows();
      },
      onState: (state, heldBack) => controls.show(state, heldBack),
      onGap: reload,
    });
  }
}

/** @param {string} text */
function showSearch(text) {
  const box = document.getElementById('search-text');
  if (box instanceof HTMLInputElement) box.value = text;
}
