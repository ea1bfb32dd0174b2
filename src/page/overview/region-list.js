// Regions and the health of their endpoints, as the gateway's own requests found them.
import { h } from '../dom.js';
import { clock, count, duration } from '../format.js';
import { listLink } from '../location.js';
import { dataTable } from './section.js';

/** @import { EndpointHealth, RegionHealth } from '../../ports/activity.ts' */

const COLUMNS = ['Region', 'Endpoint', 'Health', 'Latency', 'Answers', 'Failures', 'Last failure'];

/** @param {readonly RegionHealth[]} regions */
export function regionTable(regions) {
  const rows = regions.flatMap(({ name, isDefault, endpoints }) =>
    endpoints.map((endpoint, at) =>
      endpointRow(at === 0 ? regionName(name, isDefault) : '', endpoint),
    ),
  );
  return dataTable('Regions and endpoints', COLUMNS, rows);
}

/**
 * @param {string} name
 * @param {boolean} isDefault
 */
function regionName(name, isDefault) {
  const link = h('a', { href: listLink(new URLSearchParams({ region: name })) }, name);
  return h('span', {}, link, isDefault && h('span', { class: 'tag' }, 'default'));
}

/**
 * @param {Node | string} region
 * @param {EndpointHealth} endpoint
 */
function endpointRow(
  region,
  { url, state, latencyMs, answers, failures, lastFailure, lastAnswerAt },
) {
  const answered =
    lastAnswerAt === null ? 'never answered' : `last answered ${clock(lastAnswerAt)}`;
  const failed =
    lastFailure === null
      ? '–'
      : `${lastFailure.code}, ${clock(lastFailure.at).replace(/\.\d+$/, '')}`;
  return [
    region,
    h('code', {}, url),
    h('span', { class: 'health', 'data-state': state, title: answered }, state),
    latencyMs === null ? '–' : h('span', { title: `${latencyMs} ms` }, duration(latencyMs)),
    count(answers),
    h('span', { 'data-bad': failures > 0 }, count(failures)),
    failed,
  ];
}
