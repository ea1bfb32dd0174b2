// A part of the overview that is filled again every few seconds without taking the focus away.
import { h } from '../dom.js';

/**
 * @param {string} title
 * @param {string} name becomes a class
 */
export function createSection(title, name) {
  const content = h('div', { class: 'content' });
  const heading = h('h2', { id: `part-${name}` }, title);
  const element = h(
    'section',
    { class: `part ${name}`, 'aria-labelledby': heading.id },
    heading,
    content,
  );
  return {
    element,

    /** @param {readonly Node[]} children */
    fill(children) {
      const focused = content.contains(document.activeElement) ? document.activeElement : null;
      const href = focused?.getAttribute('href');
      content.replaceChildren(...children);
      if (!href) return;
      const again = content.querySelector(`a[href="${CSS.escape(href)}"]`);
      if (again instanceof HTMLElement) again.focus({ preventScroll: true });
    },
  };
}

/**
 * @param {string} label
 * @param {readonly string[]} columns
 * @param {readonly (readonly (Node | string)[])[]} rows the first cell of each is its header
 */
export function dataTable(label, columns, rows) {
  const head = h('tr', {}, ...columns.map((name) => h('th', { scope: 'col' }, name)));
  const lines = rows.map(([first = '', ...rest]) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, first),
      ...rest.map((value, at) => h('td', { 'data-label': columns[at + 1] }, value)),
    ),
  );
  const table = h(
    'table',
    { class: 'data', 'aria-label': label },
    h('thead', {}, head),
    h('tbody', {}, ...lines),
  );
  return h('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': label }, table);
}
