// The normal form of a Glance base URL: what configured endpoints, the gateway's own public URL and
// the endpoints inside image URIs are compared in.

/** What RFC 3986 lets a URL be written in; `URL` would quietly mend anything else. */
const PRINTABLE = /^[!-~]+$/;

/** Scheme, authority without userinfo or percent-encoding, path; no query, no fragment. */
const BASE_URL = /^https?:\/\/[^/?#@%\\]+(\/[^?#\\]*)?$/i;

/** `.` and `..`, also encoded: a prefix with them would name another prefix. */
const DOT_SEGMENT = /\/(\.|%2e){1,2}(\/|$)/i;

/** The version that Nova, too, takes off the end of an endpoint (`/v2`, `/v2.15`). */
const VERSION = /\/v2(\.\d+)?$/;

/**
 * `scheme://host[:port][/prefix]`: lower-case scheme and host, no default port, no trailing `/` or
 * `/v2`, the prefix as written, an IPv6 address in brackets. Null for what is not the base URL of a
 * Glance over HTTP. Two URLs name the same endpoint exactly when their normal forms are equal, and
 * the normal form of a normal form is itself.
 */
export function normalizeEndpoint(url: string): string | null {
  if (!PRINTABLE.test(url) || !BASE_URL.test(url) || DOT_SEGMENT.test(url)) return null;
  const parsed = URL.parse(url);
  if (parsed === null || parsed.port === '0') return null;
  const prefix = withoutSlashes(withoutSlashes(parsed.pathname).replace(VERSION, ''));
  // A second version can't be told from a prefix, and the form would not be stable.
  return VERSION.test(prefix) ? null : parsed.origin + prefix;
}

/** Without its trailing slashes; a loop, because `/\/+$/` is quadratic on a path full of them. */
function withoutSlashes(path: string): string {
  let end = path.length;
  while (path[end - 1] === '/') end -= 1;
  return path.slice(0, end);
}
