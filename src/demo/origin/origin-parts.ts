// What the handlers of the embedded Glance work with, and the shapes they share.
import type { Context } from 'hono';
import type { Clock, Ids } from '../../ports/runtime.ts';
import type { Caller } from './access.ts';
import type { ImageShelf } from './image-shelf.ts';
import { pythonJson } from './python-json.ts';
import { refusal } from './refusal.ts';

export interface OriginParts {
  readonly shelf: ImageShelf;
  readonly clock: Clock;
  readonly ids: Ids;
  /** `no`: the store can't read at random, as Ceph's and Swift's; any satisfiable range is 400. */
  readonly ranges: 'yes' | 'no';
}

export type GlanceContext = Context<{ Variables: { caller: Caller } }>;

export type Handle = (c: GlanceContext) => Response | Promise<Response>;

/** The path parameter of that name; the route is what guarantees it. */
export const parameter = (c: GlanceContext, name: string): string => c.req.param(name) ?? '';

/** The media type of the request's body; Glance takes a missing one for plain text. */
export const mediaType = (c: GlanceContext): string =>
  (c.req.header('content-type') ?? 'text/plain').split(';')[0]?.trim() ?? '';

/** The request's body as JSON; refuses with 400 when it is none. */
export async function jsonBody(c: GlanceContext): Promise<unknown> {
  const text = await c.req.text();
  if (text === '') throw refusal(400, 'Body expected in request.');
  try {
    return JSON.parse(text);
  } catch {
    throw refusal(400, 'Malformed JSON in request body.');
  }
}

/** An answer of JSON. */
export function jsonResponse(
  value: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const bytes = new TextEncoder().encode(pythonJson(value));
  return new Response(bytes, {
    status,
    headers: {
      'Content-Length': String(bytes.length),
      'Content-Type': 'application/json',
      ...headers,
    },
  });
}

/** 204 as Glance sends it: with the media type of a page that is not there. */
export const noContent = (): Response =>
  new Response(null, {
    status: 204,
    headers: { 'Content-Type': 'text/html; charset=UTF-8', 'Content-Length': '0' },
  });
