// The one search box: a trace, request or image id that is pasted leads straight to its only match;
// any other text filters the list.
import { ask } from './api.js';
import { byId } from './dom.js';
import { imageLink, listLink, readRoute, traceLink } from './location.js';

/** @import { Page } from './view.js' */
/** @import { TraceSummary } from '../ports/trace-store.ts' */

/** A trace id, a UUID, or a request id. */
const ID = /^(req-)?([0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;
const IMAGE_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** @param {Page} page */
export function searchBox(page) {
  const box = byId('search-text', HTMLInputElement);
  byId('search', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    void find(box.value.trim());
  });
  box.addEventListener('input', (event) => {
    const text = box.value.trim();
    const pasted = event instanceof InputEvent && event.inputType === 'insertFromPaste';
    if (text === '') clear();
    else if (pasted && ID.test(text)) void find(text);
  });

  /** @param {string} text */
  async function find(text) {
    if (text === '') return clear();
    const query = new URLSearchParams({ q: text, limit: '2' });
    const signal = AbortSignal.timeout(10_000);
    /** @type {import('./api.js').Answer<{ traces: readonly TraceSummary[] }> | null} */
    const answer = await ask(`/api/traces?${query}`, signal).catch(() => null);
    const found = answer?.kind === 'ok' ? answer.value.traces : [];
    const [only] = found;
    if (only !== undefined && found.length === 1) page.go(traceLink(only.traceId));
    else if (found.length > 1 && IMAGE_ID.test(text)) page.go(imageLink(text));
    else page.go(listLink(new URLSearchParams({ q: text })));
  }

  function clear() {
    const route = readRoute(location.hash);
    if (route.view !== 'list' || !route.filter.has('q')) return;
    route.filter.delete('q');
    page.replace(listLink(route.filter));
  }
}
