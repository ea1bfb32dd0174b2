// What stands in place of a view's content when there is none: loading, nothing there, gone, refused.
import { h } from './dom.js';

/**
 * @param {string} title
 * @param {string} text
 * @param {...Node} actions
 */
export function emptyState(title, text, ...actions) {
  return h(
    'section',
    { class: 'empty' },
    h('h2', {}, title),
    h('p', {}, text),
    actions.length > 0 && h('p', { class: 'actions' }, ...actions),
  );
}

export function loadingState() {
  return h('p', { class: 'loading', role: 'status' }, 'Asking the gateway …');
}

/**
 * An answer without a value, in words.
 * @param {{ kind: 'absent' | 'refused', message: string } | { kind: 'away' }} answer
 */
export function troubleState(answer) {
  if (answer.kind === 'away') {
    return emptyState(
      'The gateway does not answer',
      'It may be restarting. This view is drawn as soon as it is back.',
    );
  }
  return emptyState(
    answer.kind === 'absent' ? 'Nothing is known of that' : 'The gateway refused the question',
    answer.message,
  );
}
