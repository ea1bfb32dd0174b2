// What a span is to somebody who reads a waterfall: its tone, and the few words beside its name.
import { byteSize, counted, duration } from '../format.js';

/** @import { StoredSpan } from '../../ports/trace-store.ts' */

/**
 * The colour of its bar: the source that it stands for, else its kind.
 * @param {StoredSpan} span
 */
export function toneOf({ name, kind, attributes }) {
  const tier = attributes['glance_edge.tier.name'];
  if (typeof tier === 'string') return tier;
  if (kind === 'client' || name === 'fill' || name === 'fill.join') return 'origin';
  return kind;
}

/** What each tone means, for the legend. */
export const TONES = /** @type {const} */ ({
  server: 'call',
  internal: 'inside the gateway',
  origin: 'origin, or waiting for a fill',
  memory: 'memory',
  disk: 'disk',
  redis: 'redis',
});

/**
 * @param {StoredSpan} span
 * @returns {string} such as `12 hits, 4.0 MiB`; empty when there is nothing to add
 */
export function besideName({ name, attributes }) {
  const number = (/** @type {string} */ key) => {
    const value = attributes[`glance_edge.${key}`];
    return typeof value === 'number' ? value : null;
  };
  const said = [];
  const hits = number('tier.hits');
  const lookups = number('tier.lookups');
  if (hits !== null && lookups !== null) said.push(`${hits} of ${counted(lookups, 'hit')}`);
  const busy = number('tier.busy_ms');
  if (busy !== null) said.push(`busy ${duration(busy)}`);
  const waited = number('fill.waited_ms');
  if (waited !== null) said.push(`waited ${duration(waited)}`);
  const readers = number('fill.readers');
  if (readers !== null) said.push(counted(readers, 'reader'));
  const bytes = number('tier.bytes') ?? number('bytes.origin') ?? bodyBytes(attributes);
  if (bytes !== null && bytes > 0 && !name.startsWith('GET /')) said.push(byteSize(bytes));
  const word = attributes['glance_edge.grant'] ?? attributes['glance_edge.fill.end'];
  if (typeof word === 'string') said.push(word);
  const status = attributes['http.response.status_code'];
  if (typeof status === 'number') said.unshift(String(status));
  return said.join(' · ');
}

/** @param {StoredSpan['attributes']} attributes */
function bodyBytes(attributes) {
  const size = attributes['http.response.body.size'];
  return typeof size === 'number' ? size : null;
}
