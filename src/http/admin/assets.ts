// The files of the trace page: handed in whole, served from memory under a policy that lets the page
// load nothing but them.
import type { Context, Handler } from 'hono';

export interface PageAsset {
  readonly contentType: string;
  readonly body: Uint8Array | string;
}

/**
 * Scripts and styles of this origin alone, none of them inline; nobody may frame the page, and no form
 * of it leads anywhere.
 */
export const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Path to what is answered there. The page itself is under `/`. */
export function assetRoutes(assets: ReadonlyMap<string, PageAsset>): Record<string, Handler> {
  return Object.fromEntries([...assets].map(([path, asset]) => [path, assetHandler(asset)]));
}

function assetHandler({ contentType, body }: PageAsset): Handler {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : Uint8Array.from(body);
  const etag = `"${fingerprint(bytes)}"`;
  return function answerAsset(c) {
    c.header('Content-Security-Policy', PAGE_POLICY);
    // Asked for anew each time, and sent only when it has changed: a new version is seen at once.
    c.header('Cache-Control', 'no-cache');
    c.header('ETag', etag);
    if (isKnown(c, etag)) return c.body(null, 304);
    return c.body(bytes, 200, { 'Content-Type': contentType });
  };
}

/** `If-None-Match` of RFC 9110 section 13.1.2, compared weakly. */
function isKnown(c: Context, etag: string): boolean {
  const known = c.req.header('If-None-Match') ?? '';
  return known.split(',').some((tag) => ['*', etag, `W/${etag}`].includes(tag.trim()));
}

/**
 * FNV-1a in two 32-bit halves: tells versions of our own files apart. Nobody gains by making two files
 * alike.
 */
function fingerprint(bytes: Uint8Array): string {
  let low = 0x811c9dc5;
  let high = 0x1b873593;
  for (const byte of bytes) {
    low = Math.imul(low ^ byte, 0x01000193);
    high = Math.imul(high ^ byte, 0x85ebca6b);
  }
  return [bytes.length, low >>> 0, high >>> 0].map((part) => part.toString(36)).join('-');
}
