// One trace: its head, its waterfall, and a panel for the span that was picked, which is part of the
// address so that a span can be shared too.
import { h } from '../dom.js';
import { listLink, traceLink } from '../location.js';
import { createQuestion } from '../question.js';
import { emptyState, loadingState, troubleState } from '../states.js';
import { spanPanel } from './span-panel.js';
import { timeRange } from './span-tree.js';
import { traceHead } from './trace-head.js';
import { createWaterfall } from './waterfall.js';

/** @import { StoredSpan, StoredTrace } from '../../ports/trace-store.ts' */
/** @import { Page, View } from '../view.js' */

/**
 * @param {Page} page
 * @returns {View}
 */
export function createTraceView(page) {
  const question = createQuestion();
  const element = h('article', { class: 'trace' });
  /** @type {{ id: string, span: string | null }} */
  let wanted = { id: '', span: null };
  /** @type {{ trace: StoredTrace, waterfall: ReturnType<typeof createWaterfall>, body: HTMLElement } | null} */
  let shown = null;

  return {
    element,
    show(route) {
      if (route.view !== 'trace') return;
      const known = shown?.trace.traceId === route.id;
      wanted = route;
      if (known) pick();
      else reload();
    },
    reload,
    key(key) {
      if (key !== 'Escape') return shown?.waterfall.key(key) ?? false;
      if (element.querySelector('.panel')) closePanel();
      else page.back();
      return true;
    },
    close: question.close,
  };

  function reload() {
    if (shown?.trace.traceId !== wanted.id) element.replaceChildren(loadingState());
    /** @type {(answer: import('../api.js').Answer<StoredTrace>) => void} */
    const use = (answer) => {
      if (answer.kind === 'ok') draw(answer.value);
      else if (answer.kind === 'absent') element.replaceChildren(gone());
      else if (shown?.trace.traceId !== wanted.id) element.replaceChildren(troubleState(answer));
    };
    void question.ask(`/api/traces/${encodeURIComponent(wanted.id)}`, use);
  }

  /** @param {StoredTrace} trace */
  function draw(trace) {
    const waterfall = createWaterfall(trace, picked);
    const body = h('div', { class: 'trace-body' }, waterfall.element);
    shown = { trace, waterfall, body };
    element.replaceChildren(traceHead(trace), body);
    page.title(trace.name);
    pick();
  }

  function pick() {
    if (wanted.span === null || !shown?.waterfall.select(wanted.span)) closePanel();
  }

  /** @param {StoredSpan} span */
  function picked(span) {
    if (shown === null) return;
    const { trace, body } = shown;
    const { start } = timeRange(trace.tree);
    const panel = spanPanel(span, {
      traceId: trace.traceId,
      startTime: start,
      onClose: closePanel,
    });
    body.querySelector('.panel')?.remove();
    body.append(panel);
    body.toggleAttribute('data-panel', true);
    if (wanted.span !== span.spanId) page.replace(traceLink(trace.traceId, span.spanId));
  }

  function closePanel() {
    shown?.body.querySelector('.panel')?.remove();
    shown?.body.removeAttribute('data-panel');
    if (shown !== null && wanted.span !== null) page.replace(traceLink(shown.trace.traceId));
  }

  function gone() {
    const list = h(
      'a',
      { class: 'button', href: listLink(new URLSearchParams()) },
      'To the list of traces',
    );
    return emptyState(
      'This trace is not held any more',
      'The gateway keeps the latest traces in memory (tracing.keep), and a restart clears them. If spans are exported, the collector may still have it.',
      list,
    );
  }
}
