// Addresses to listen on, `host:port`, as text and as values.
export interface Address {
  /** A name or an IP address, without brackets. */
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

/** `127.0.0.1:9393`, `[::]:9393`, `localhost:0`; null for anything else. */
export function parseAddress(text: string): Address | null {
  const [, bracketed, named, digits] =
    /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? named;
  const port = Number(digits);
  if (host === undefined || port > 65_535) return null;
  if (bracketed !== undefined && !URL.canParse(`http://[${bracketed}]`)) return null;
  return { host: host.toLowerCase(), port };
}

/** `host:port` with the brackets that IPv6 needs. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Whether only one of the two could be listened on; port 0 never collides. */
export function addressesCollide(one: Address, other: Address): boolean {
  if (one.port !== other.port || one.port === 0) return false;
  return one.host === other.host || isEverywhere(one) || isEverywhere(other);
}

function isEverywhere({ host }: Address): boolean {
  return host === '0.0.0.0' || host === '::';
}
