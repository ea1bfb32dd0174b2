// The admin face: health, metrics, traces and activity as JSON, and a page for people. It listens
// apart from the Glance face and is never reachable through it.
import { type Handler, Hono } from 'hono';
import type { Timers, Turn } from '../ports/runtime.ts';
import { type ActivitySources, activityRoutes } from './admin/activity-routes.ts';
import { assetRoutes, type PageAsset } from './admin/assets.ts';
import { guard } from './admin/guard.ts';
import { jaegerRoutes } from './admin/jaeger-routes.ts';
import { traceRoutes } from './admin/trace-routes.ts';
import { createTraceTail, type TraceTail } from './admin/trace-tail.ts';

export interface AdminSources extends ActivitySources {
  /** The state of all metrics as Prometheus text. */
  readonly metrics: (accept: string | null) => Promise<{ body: string; contentType: string }>;
  /** The files of the page by their path; the page itself is `/`. */
  readonly assets: ReadonlyMap<string, PageAsset>;
  /** Names besides addresses and private ones that the face goes by, in lower case. */
  readonly hosts: ReadonlySet<string>;
  readonly timers: Timers;
  readonly turn: Turn;
}

export interface AdminApp {
  fetch(request: Request): Response | Promise<Response>;
  /** Ends the answers that would go on for ever. */
  close(): void;
}

export function createAdminApp(sources: AdminSources): AdminApp {
  const tail = createTraceTail(sources);
  const app = new Hono();
  app.use(guard(sources.hosts));
  for (const [path, answer] of Object.entries(answersOf(sources, tail))) {
    app.get(path, answer);
    app.all(path, function refuseMethod(c) {
      return c.json({ error: `${c.req.path} can only be read.` }, 405, { Allow: 'GET, HEAD' });
    });
  }
  app.notFound((c) => c.json({ error: `There is nothing at ${c.req.path}.` }, 404));
  // What went wrong stays inside: the text of an unforeseen error may hold anything.
  app.onError((_error, c) => c.json({ error: 'The gateway could not answer this.' }, 500));

  return { fetch: (request) => app.fetch(request), close: () => tail.close() };
}

function answersOf(sources: AdminSources, tail: TraceTail): Record<string, Handler> {
  return {
    ...healthRoutes(sources),
    ...traceRoutes(sources.traces, tail),
    ...activityRoutes(sources),
    ...jaegerRoutes(sources),
    ...assetRoutes(sources.assets),
  };
}

function healthRoutes({ ready, metrics, version }: AdminSources): Record<string, Handler> {
  return {
    '/livez': (c) => c.json({ alive: true, version }),

    '/readyz'(c) {
      const state = ready();
      return c.json(state, state.ready ? 200 : 503);
    },

    async '/metrics'(c) {
      const { body, contentType } = await metrics(c.req.header('accept') ?? null);
      return c.body(body, 200, { 'Content-Type': contentType, Vary: 'Accept' });
    },
  };
}
