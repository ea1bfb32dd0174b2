// The first line of the overview: should calls be sent here, since when does it run, which version.
import { h } from '../dom.js';
import { clock, duration, isoTime } from '../format.js';

/** @import { Overview } from './overview.js' */

/** @param {Overview} overview */
export function readinessLine({ ready, version, startedAt }) {
  const reasons = ready.reasons.join('; ') || 'no reason given';
  const state = ready.ready ? 'Ready for calls' : `Not ready for calls: ${reasons}`;
  const up = duration(Math.max(0, Date.now() - startedAt));
  return h(
    'p',
    { class: 'readiness', 'data-ready': String(ready.ready), role: 'status' },
    h('b', {}, state),
    h(
      'span',
      { title: `since ${isoTime(startedAt)}` },
      `up ${up}, since ${clock(startedAt).replace(/\.\d+$/, '')}`,
    ),
    h('span', {}, `version ${version}`),
  );
}
