// The names that callers go by, remembered for as long as their connection is open: a client sends the
// same token with every request, and to digest it again costs more than most of what follows.

export type NameCaller = (connection: object | undefined, identity: string) => string;

interface Named {
  readonly identity: string;
  readonly name: string;
}

/**
 * Of each connection the last caller is remembered, and nothing of it when the connection has gone: no
 * token stays here that the connection's own request has not just brought.
 *
 * @param keyed the keyed digest that is the name
 */
export function createCallerNames(keyed: (identity: string) => string): NameCaller {
  const last = new WeakMap<object, Named>();
  return (connection, identity) => {
    if (connection === undefined) return keyed(identity);
    const known = last.get(connection);
    if (known?.identity === identity) return known.name;
    const name = keyed(identity);
    last.set(connection, { identity, name });
    return name;
  };
}
