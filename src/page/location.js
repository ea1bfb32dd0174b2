// The page's own addresses: what is shown is in the fragment, so that every view can be shared as a
// link and the browser's history works.

/**
 * @typedef {{ view: 'list', filter: URLSearchParams }
 *   | { view: 'trace', id: string, span: string | null }
 *   | { view: 'image', id: string }
 *   | { view: 'overview' }
 *   | { view: 'unknown' }} Route
 */

/**
 * @param {string} fragment with or without its `#`
 * @returns {Route}
 */
export function readRoute(fragment) {
  const [path = '', query = ''] = fragment.replace(/^#/, '').split('?', 2);
  const [, name = '', id = ''] = path.split('/').map(decoded);
  if (name === '') return { view: 'list', filter: new URLSearchParams(query) };
  if (name === 'overview') return { view: 'overview' };
  if (name === 'image' && id !== '') return { view: 'image', id };
  if (name === 'trace' && id !== '') {
    return { view: 'trace', id, span: new URLSearchParams(query).get('span') };
  }
  return { view: 'unknown' };
}

/** @param {URLSearchParams} filter */
export function listLink(filter) {
  const query = filter.toString();
  return query === '' ? '#/' : `#/?${query}`;
}

/**
 * @param {string} id
 * @param {string | null} [span]
 */
export function traceLink(id, span = null) {
  const query = span === null ? '' : `?span=${encodeURIComponent(span)}`;
  return `#/trace/${encodeURIComponent(id)}${query}`;
}

/** @param {string} id */
export function imageLink(id) {
  return `#/image/${encodeURIComponent(id)}`;
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
