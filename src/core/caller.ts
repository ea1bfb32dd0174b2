// Who asks: what may be sent to the origin in the caller's name, and the name it goes by in caches.
import type { HeaderList } from './headers.ts';

export interface Caller {
  /** Keyed digest of the token pair (`X-Auth-Token`, `X-Service-Token`); never the tokens themselves. */
  readonly digest: string;
  /** The token headers as sent, and the request id: what the gateway's own questions carry. */
  readonly credentials: HeaderList;
}

const CREDENTIALS: ReadonlySet<string> = new Set([
  'x-auth-token',
  'x-service-token',
  'x-openstack-request-id',
]);

/** @param headers the forwardable request headers */
export function callerOf(headers: HeaderList, keyed: (text: string) => string): Caller {
  const tokens = ['x-auth-token', 'x-service-token'].map((wanted) =>
    headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value),
  );
  return {
    digest: keyed(JSON.stringify(tokens)),
    credentials: headers.filter(([name]) => CREDENTIALS.has(name.toLowerCase())),
  };
}
