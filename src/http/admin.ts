// The admin face: health, metrics, traces and the cache as JSON, and a page for people. It listens
// apart from the Glance face and is never reachable through it.
import { type Handler, Hono } from 'hono';
import type { Tier } from '../ports/tier.ts';
import type { TraceStore } from '../ports/trace-store.ts';
import { overviewPage, PAGE_POLICY } from './admin/overview-page.ts';
import { overviewStyle } from './admin/overview-style.ts';
import { tierReport } from './admin/tier-report.ts';
import { parseTraceQuery } from './admin/trace-query.ts';

export interface AdminSources {
  readonly traces: TraceStore;
  /** The state of all metrics as Prometheus text. */
  readonly metrics: () => Promise<string>;
  /** Nearest first. */
  readonly tiers: readonly Tier[];
  /** Whether calls should be sent here, and if not why not; draining is one reason. */
  readonly ready: () => { readonly ready: boolean; readonly reasons: readonly string[] };
  /** Of this program. */
  readonly version: string;
}

export interface AdminApp {
  fetch(request: Request): Response | Promise<Response>;
}

export function createAdminApp(sources: AdminSources): AdminApp {
  const app = new Hono();
  app.use(async function answerForNow(c, next) {
    await next();
    c.header('Cache-Control', 'no-store');
    c.header('X-Content-Type-Options', 'nosniff');
  });

  for (const [path, answer] of Object.entries(answersOf(sources))) {
    app.get(path, answer);
    app.all(path, function refuseMethod(c) {
      return c.json({ error: `${c.req.path} can only be read.` }, 405, { Allow: 'GET, HEAD' });
    });
  }
  app.notFound((c) => c.json({ error: `There is nothing at ${c.req.path}.` }, 404));
  // What went wrong stays inside: the text of an unforeseen error may hold anything.
  app.onError((_error, c) => c.json({ error: 'The gateway could not answer this.' }, 500));

  return { fetch: (request) => app.fetch(request) };
}

function answersOf(sources: AdminSources): Record<string, Handler> {
  const { traces, metrics, tiers, ready, version } = sources;
  return {
    '/livez': (c) => c.json({ alive: true, version }),

    '/readyz'(c) {
      const state = ready();
      return c.json(state, state.ready ? 200 : 503);
    },

    async '/metrics'(c) {
      return c.body(await metrics(), 200, { 'Content-Type': PROMETHEUS_TEXT });
    },

    '/api/traces'(c) {
      const query = parseTraceQuery(new URL(c.req.url).searchParams);
      if (query.kind === 'refused') {
        return c.json({ error: query.message, parameter: query.parameter }, 400);
      }
      return c.json({ traces: traces.list(query.filter) });
    },

    '/api/traces/:id'(c) {
      const trace = traces.get((c.req.param('id') ?? '').toLowerCase());
      if (trace === null) return c.json({ error: 'No trace of that id is held.' }, 404);
      return c.json(trace);
    },

    '/api/cache': (c) => c.json({ tiers: tiers.map(tierReport) }),

    '/'(c) {
      const latest = traces.list({ limit: LATEST_TRACES });
      const state = ready();
      const page = overviewPage({ version, state, tiers: tiers.map(tierReport), latest });
      return c.html(page, 200, { 'Content-Security-Policy': PAGE_POLICY });
    },

    '/overview.css': (c) =>
      c.body(overviewStyle, 200, { 'Content-Type': 'text/css; charset=utf-8' }),
  };
}

/** The version of the text format that every Prometheus reads. */
const PROMETHEUS_TEXT = 'text/plain; version=0.0.4; charset=utf-8';

/** As many as one looks through; the rest is for `/api/traces`. */
const LATEST_TRACES = 20;
