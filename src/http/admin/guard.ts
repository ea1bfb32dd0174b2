// What holds for every answer of the admin face: it is of this moment, it is what it says it is, and
// no web page but its own gets at it.
import type { MiddlewareHandler } from 'hono';
import { isOwnHost } from './own-host.ts';

/** @param hosts names, besides addresses and private ones, that the face goes by */
export function guard(hosts: ReadonlySet<string>): MiddlewareHandler {
  return async function guardAnswer(c, next) {
    const { hostname, pathname } = new URL(c.req.url);
    const isProbe = FOR_PROBES.has(pathname);
    if (!isProbe && !isOwnHost(hostname, hosts)) c.res = c.json({ error: MISDIRECTED }, 421);
    else if (!isProbe && isForeign((name) => c.req.header(name))) {
      c.res = c.json({ error: FOREIGN }, 403);
    } else await next();
    for (const [name, value] of ALWAYS) c.res.headers.set(name, value);
    for (const [name, value] of UNLESS_SAID) {
      if (!c.res.headers.has(name)) c.res.headers.set(name, value);
    }
  };
}

/** Numbers of the whole gateway, for machines that know it by whatever name. */
const FOR_PROBES: ReadonlySet<string> = new Set(['/livez', '/readyz', '/metrics']);

const MISDIRECTED =
  'The admin face does not go by that name: use its address, or the name in "admin" or "public_url".';

/**
 * What another site's page asks for behind the back of whoever looks at it (Fetch Metadata): it could not
 * read the answer, but it could keep the gateway busy. Following a link from there is fine.
 */
function isForeign(header: (name: string) => string | undefined): boolean {
  return header('sec-fetch-site') === 'cross-site' && header('sec-fetch-mode') !== 'navigate';
}

const FOREIGN = 'Pages of other sites get nothing from the admin face.';

const ALWAYS = [
  ['X-Content-Type-Options', 'nosniff'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['X-Frame-Options', 'DENY'],
  ['Referrer-Policy', 'no-referrer'],
] as const;

const UNLESS_SAID = [
  ['Cache-Control', 'no-store'],
  ['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'"],
] as const;
