// Names of methods for spans and metrics: clients may send any they like, and names must stay few.

/** Those that every HTTP server knows (RFC 9110 section 9, and PATCH of RFC 5789). */
const METHODS: ReadonlySet<string> = new Set(
  'GET HEAD POST PUT PATCH DELETE OPTIONS TRACE CONNECT'.split(' '),
);

export function isKnownMethod(method: string): boolean {
  return METHODS.has(method);
}
