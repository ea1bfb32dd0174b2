// Where Redis is, read from the configured URL. The URL may hold a password, so no error ever
// repeats it.

export interface RedisAddress {
  /** One of a single server, or any of a cluster's nodes. */
  readonly nodes: readonly { readonly host: string; readonly port: number }[];
  readonly cluster: boolean;
  readonly tls: boolean;
  readonly username: string | null;
  readonly password: string | null;
  readonly database: number;
}

const SCHEMES: Readonly<Record<string, { readonly tls: boolean; readonly cluster: boolean }>> = {
  redis: { tls: false, cluster: false },
  rediss: { tls: true, cluster: false },
  'redis+cluster': { tls: false, cluster: true },
  'rediss+cluster': { tls: true, cluster: true },
};

const DEFAULT_PORT = 6379;

/**
 * Reads `redis[s]://[user[:password]@]host[:port][/database]` and
 * `redis[s]+cluster://[user[:password]@]host[:port],host[:port],…`. Throws an Error without the URL.
 */
export function parseRedisUrl(text: string): RedisAddress {
  const { scheme = '', credentials, hosts = '', path = '' } = URL_PARTS.exec(text)?.groups ?? {};
  const kind = SCHEMES[scheme.toLowerCase()];
  if (kind === undefined) {
    throw new Error(`A Redis URL begins with one of ${Object.keys(SCHEMES).join('://, ')}://.`);
  }
  const nodes = hosts.split(',').map(parseNode);
  if (nodes.length > 1 && !kind.cluster) {
    throw new Error('A Redis URL with several hosts begins with redis+cluster://.');
  }
  const database = path === '' ? 0 : Number(path);
  if (!Number.isInteger(database) || database < 0 || (kind.cluster && database !== 0)) {
    throw new Error('The path of a Redis URL is a database number; a cluster has only 0.');
  }
  return { ...kind, nodes, database, ...parseCredentials(credentials) };
}

/** WHATWG's URL knows no host lists, and its errors repeat their input. */
const URL_PARTS =
  /^(?<scheme>[a-z+]+):\/\/(?:(?<credentials>[^@/]*)@)?(?<hosts>[^@/?#]+)(?:\/(?<path>[^?#]*))?$/i;

const NODE_PARTS = /^(?:\[(?<ipv6>[0-9a-f:.]+)\]|(?<name>[^:[\]]+))(?::(?<port>\d{1,5}))?$/i;

function parseNode(text: string): { readonly host: string; readonly port: number } {
  const { ipv6, name, port } = NODE_PARTS.exec(text)?.groups ?? {};
  const host = ipv6 ?? name;
  const number = port === undefined ? DEFAULT_PORT : Number(port);
  if (host === undefined || number > 65_535) {
    throw new Error('A host in the Redis URL is not of the form host:port.');
  }
  return { host, port: number };
}

function parseCredentials(text: string | undefined): Pick<RedisAddress, 'username' | 'password'> {
  if (text === undefined) return { username: null, password: null };
  const [username = '', ...rest] = text.split(':');
  try {
    return {
      username: username === '' ? null : decodeURIComponent(username),
      password: rest.length === 0 ? null : decodeURIComponent(rest.join(':')),
    };
  } catch {
    throw new Error('The credentials in the Redis URL are not percent-encoded correctly.');
  }
}
