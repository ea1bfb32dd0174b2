// What the cache did for a call, as one coloured word: the gateway's member of Cache-Status, read.
import { h } from '../dom.js';

/** @import { TraceSummary } from '../../ports/trace-store.ts' */

/** The words that calls can be filtered by. */
export const OUTCOMES = [
  'hit',
  'uri-miss',
  'collapsed',
  'partial',
  'stale',
  'request',
  'bypass',
  'method',
  'error',
  'none',
];

/** @param {Pick<TraceSummary, 'outcome' | 'error'>} call */
export function outcomeBadge({ outcome, error }) {
  const { word, detail } = outcomeWords(outcome);
  const shown = error === null ? word : 'error';
  const beside = error === null ? detail : (error.split(':', 1)[0] ?? '');
  return h(
    'span',
    { class: 'badge', 'data-outcome': TONES[shown] ?? 'miss', title: error ?? outcome },
    h('b', {}, shown),
    beside !== '' && ` ${beside}`,
  );
}

/** @type {Record<string, string>} */
const TONES = {
  hit: 'hit',
  collapsed: 'joined',
  bypass: 'plain',
  method: 'plain',
  none: 'plain',
  error: 'error',
};

/**
 * @param {string | null} outcome such as `glance-edge; fwd=uri-miss; collapsed`
 * @returns {{ word: string, detail: string }}
 */
export function outcomeWords(outcome) {
  /** @type {Map<string, string>} */
  const words = new Map();
  for (const part of (outcome ?? '').split(';').slice(1)) {
    const [name = '', value = ''] = part.trim().split('=', 2);
    words.set(name, value);
  }
  const detail = words.get('detail') ?? '';
  if (words.has('hit'))
    return { word: 'hit', detail: words.has('ttl') ? `${detail} stale` : detail };
  if (words.has('collapsed')) return { word: 'collapsed', detail };
  const stored = words.has('stored') ? 'stored' : '';
  return { word: words.get('fwd') ?? 'none', detail: detail || stored };
}
