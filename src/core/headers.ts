// Header lists: what a request brings in, what may go on to the origin, and back. Names are kept
// as sent; comparisons ignore case.

/** Headers in order of arrival, repeats kept. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

/** The first value under that name (lower case), or null. */
export function headerValue(headers: HeaderList, name: string): string | null {
  for (const [key, value] of headers) if (isNamed(key, name)) return value;
  return null;
}

/** All values under that name (lower case), in order of arrival. */
export function headerValues(headers: HeaderList, name: string): readonly string[] {
  return headers.filter(([key]) => isNamed(key, name)).map(([, value]) => value);
}

/** Most names differ in length already, which is far cheaper to see. */
function isNamed(key: string, name: string): boolean {
  return key.length === name.length && key.toLowerCase() === name;
}

/** The list without the names in `dropped` (lower case). */
export function withoutHeaders(headers: HeaderList, dropped: ReadonlySet<string>): HeaderList {
  return headers.filter(([name]) => !dropped.has(name.toLowerCase()));
}

/** Hop-by-hop headers: RFC 9110 §7.6.1, and those that only this hop can answer. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * What keystonemiddleware sets for the service behind it; from outside it would be a forgery, and
 * the scope is one that keystonemiddleware itself lets through.
 */
const IDENTITY =
  /^(x-(identity-status|user(-.*)?|project(-.*)?|tenant(-.*)?|domain-.*|roles?|is-admin(-.*)?|service-(?!token$).*|auth-(?!token$).*)|openstack-system-scope)$/;

/** Headers that the gateway speaks for itself on the way to the origin. */
const OWN_REQUEST: ReadonlySet<string> = new Set([
  'host',
  'expect',
  'accept-encoding',
  'traceparent',
  'tracestate',
  'baggage',
]);

/** Glance fails on request ids longer than this (facts, section 2.5). */
const REQUEST_ID_LIMIT = 64;

/**
 * The request headers that may go on to the origin: without hop-by-hop headers, without forged
 * identity, with a request id of a length that Glance can take, and no name with "_" in it.
 */
export function forwardableRequestHeaders(headers: HeaderList): HeaderList {
  const named = connectionOptions(headers);
  return headers.filter(([name, value]) => {
    const key = name.toLowerCase();
    if (HOP_BY_HOP.has(key) || OWN_REQUEST.has(key) || named.has(key)) return false;
    // WSGI servers fold "-" and "_" into one: a name with "_" would be another token, a forged
    // identity or a second length to them, and nothing of the kind to the gateway.
    if (key.includes('_') || IDENTITY.test(key)) return false;
    return key !== 'x-openstack-request-id' || value.length <= REQUEST_ID_LIMIT;
  });
}

/** The answer's headers that may go on to the client: without hop-by-hop headers. */
export function forwardableAnswerHeaders(headers: HeaderList): HeaderList {
  const named = connectionOptions(headers);
  return headers.filter(([name]) => {
    const key = name.toLowerCase();
    return !HOP_BY_HOP.has(key) && !named.has(key);
  });
}

/** Headers that `Connection` names belong to this hop too (RFC 9110 §7.6.1). */
function connectionOptions(headers: HeaderList): ReadonlySet<string> {
  const values = headerValues(headers, 'connection');
  if (values.length === 0) return NONE;
  const named = new Set<string>();
  for (const value of values) {
    for (const option of value.split(',')) named.add(option.trim().toLowerCase());
  }
  // A client must not be able to strip its own token check away.
  for (const kept of ['x-auth-token', 'x-service-token', 'content-length', 'range']) {
    named.delete(kept);
  }
  return named;
}

const NONE: ReadonlySet<string> = new Set();
