// Who asks: what may be sent to the origin in the caller's name, and the name it goes by in caches.
import { type HeaderList, headerValues } from './headers.ts';

export interface Caller {
  /** Keyed digest of all that tells who asks; never the tokens themselves. */
  readonly digest: string;
  /** What tells who asks, as sent, and the request id: what the gateway's own questions carry. */
  readonly credentials: HeaderList;
}

/**
 * Every header by which an origin may know a caller: one that is missing here would give different
 * callers one name. keystonemiddleware takes `X-Storage-Token` when there is no `X-Auth-Token`, and
 * OAuth 2.0 tokens from `Authorization`; a proxy in front of Glance may go by a cookie.
 */
const IDENTIFYING = [
  'x-auth-token',
  'x-storage-token',
  'x-service-token',
  'authorization',
  'cookie',
] as const;

const CREDENTIALS: ReadonlySet<string> = new Set([...IDENTIFYING, 'x-openstack-request-id']);

/** @param headers the forwardable request headers */
export function callerOf(headers: HeaderList, keyed: (text: string) => string): Caller {
  const tokens = IDENTIFYING.map((name) => headerValues(headers, name));
  return {
    digest: keyed(JSON.stringify(tokens)),
    credentials: headers.filter(([name]) => CREDENTIALS.has(name.toLowerCase())),
  };
}
