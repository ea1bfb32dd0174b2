// A small Glance in this process: real images on disk behind the v2 API, for the demo and for
// tests. It answers as a live one was seen to, oddities included; it is no part of the gateway.
import { Hono } from 'hono';
import type { Clock, Ids } from '../../ports/runtime.ts';
import { authenticated, type Caller, type TokenTable } from './access.ts';
import { dataRoutes } from './data-routes.ts';
import { STORE } from './image-record.ts';
import { imageRoutes } from './image-routes.ts';
import { IMAGE_SCHEMA, IMAGES_SCHEMA } from './image-schema.ts';
import { openImageShelf } from './image-shelf.ts';
import { markRoutes } from './mark-routes.ts';
import { memberRoutes } from './member-routes.ts';
import { type Handle, jsonResponse, type OriginParts } from './origin-parts.ts';
import { methodRefusal, noSuchResource, Refusal, refusal, refusalResponse } from './refusal.ts';
import { majorVersionPath, versionsDocument } from './versions.ts';

export interface EmbeddedGlanceOptions {
  /** Where images are kept; what an earlier run left there is served again. */
  readonly folder: string;
  /** The region that it plays; its store says so. */
  readonly region: string;
  readonly tokens: TokenTable;
  readonly clock: Clock;
  readonly ids: Ids;
  /** `no` answers 400 to any satisfiable range, as stores on Ceph and Swift do. */
  readonly ranges?: 'yes' | 'no';
}

export interface EmbeddedGlance {
  /** Answers a request; body and `Content-Length` are those of the wire. */
  fetch(request: Request): Promise<Response>;
}

/** Opens the embedded Glance over its folder. */
export function createEmbeddedGlance(options: EmbeddedGlanceOptions): EmbeddedGlance {
  const { folder, clock, ids, ranges = 'yes' } = options;
  const app = glanceApp({ shelf: openImageShelf(folder), clock, ids, ranges }, options);
  return { fetch: async (request) => app.fetch(request) };
}

type GlanceApp = Hono<{ Variables: { caller: Caller } }>;

function glanceApp(parts: OriginParts, { tokens, region }: EmbeddedGlanceOptions): GlanceApp {
  const description = `a folder in ${region}`;
  const app: GlanceApp = new Hono({
    getPath: (request) => majorVersionPath(new URL(request.url).pathname),
  });
  const versions = (request: Request, status: number): Response =>
    jsonResponse(versionsDocument(new URL(request.url).origin), status);

  app.onError((thrown, c) => refusalResponse(asRefusal(thrown), c.req.raw));
  app.all('/versions', (c) => versions(c.req.raw, 200));
  app.all('/healthcheck', (c) => healthy(c.req.raw.method));
  app.options('*', () => new Response(null, { headers: { 'Content-Length': '0' } }));
  app.use('/v2/*', async (c, next) => {
    c.set('caller', authenticated(c.req.raw.headers, tokens));
    const id = requestId(c.req.raw.headers, parts.ids);
    await next();
    // A crash leaves Glance before the layer that would name the request.
    if (!c.res.headers.has('connection')) {
      c.res.headers.set('X-Openstack-Request-Id', id);
    }
  });
  app.all('/v2', (c) => moved(c.req.raw));
  routeImages(app, parts);
  resource(app, '/v2/schemas/image', { GET: () => jsonResponse(IMAGE_SCHEMA) });
  resource(app, '/v2/schemas/images', { GET: () => jsonResponse(IMAGES_SCHEMA) });
  resource(app, '/v2/info/stores', {
    GET: () => jsonResponse({ stores: [{ id: STORE, description, default: 'true' }] }),
  });
  app.all('/v2/*', () => {
    throw noSuchResource();
  });
  app.notFound((c) => versions(c.req.raw, 300));
  return app;
}

function routeImages(app: GlanceApp, parts: OriginParts): void {
  const images = imageRoutes(parts);
  const data = dataRoutes(parts);
  const members = memberRoutes(parts);
  const marks = markRoutes(parts);
  resource(app, '/v2/images', { GET: images.list, POST: images.create });
  resource(app, '/v2/images/:id', {
    GET: images.show,
    PATCH: images.patch,
    DELETE: images.remove,
  });
  resource(app, '/v2/images/:id/file', { GET: data.download, PUT: data.upload });
  resource(app, '/v2/images/:id/actions/deactivate', { POST: marks.deactivate });
  resource(app, '/v2/images/:id/actions/reactivate', { POST: marks.reactivate });
  resource(app, '/v2/images/:id/tags/:tag', { PUT: marks.tag, DELETE: marks.untag });
  resource(app, '/v2/images/:id/members', { GET: members.list, POST: members.add });
  resource(app, '/v2/images/:id/members/:member', {
    GET: members.show,
    PUT: members.update,
    DELETE: members.remove,
  });
}

/** Any method but those in `handles` is 405, HEAD too: hono would run GET for it. */
function resource(app: GlanceApp, path: string, handles: Readonly<Record<string, Handle>>): void {
  app.all(path, (c) => {
    const { method, headers } = c.req.raw;
    const handle = Object.hasOwn(handles, method) ? handles[method] : undefined;
    if (handle === undefined) throw methodRefusal(method, Object.keys(handles));
    if ((method === 'GET' || method === 'DELETE') && hasBody(headers)) {
      throw refusal(400, 'A body is not expected with this request.');
    }
    return handle(c);
  });
}

const hasBody = (headers: Headers): boolean =>
  headers.has('transfer-encoding') || Number(headers.get('content-length') ?? 0) > 0;

function healthy(method: string): Response {
  if (method === 'HEAD') {
    return new Response(null, { status: 204, headers: { 'Content-Length': '0' } });
  }
  const headers = { 'Content-Type': 'text/plain; charset=UTF-8', 'Content-Length': '2' };
  return new Response('OK', { headers });
}

function moved(request: Request): Response {
  const Location = `${new URL(request.url).origin}/v2/`;
  const headers = { 'Content-Type': 'text/plain; charset=utf8', Location, 'Content-Length': '0' };
  return new Response(null, { status: 302, headers });
}

/** The caller's id where it sent one; Glance sees to the prefix. */
function requestId(headers: Headers, ids: Ids): string {
  const given = headers.get('x-openstack-request-id') ?? ids.uuid();
  if (given.length > 64) throw new Error('a live Glance fails on such an id');
  return given.startsWith('req-') ? given : `req-${given}`;
}

function asRefusal(thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown;
  return refusal(
    500,
    'The server has either erred or is incapable of performing the requested operation.',
  );
}
