// The traces of the admin face: the list, one trace, and the live tail.
import type { Context, Handler } from 'hono';
import type { TraceStore } from '../../ports/trace-store.ts';
import type { RefusedQuery } from './parameters.ts';
import { parseTailQuery, parseTraceQuery } from './trace-query.ts';
import type { TraceTail } from './trace-tail.ts';

export function traceRoutes(traces: TraceStore, tail: TraceTail): Record<string, Handler> {
  return {
    async '/api/traces'(c) {
      const query = parseTraceQuery(new URL(c.req.url).searchParams);
      if (query.kind === 'refused') return refuse(c, query);
      return c.json({ traces: await traces.list(query.filter) });
    },

    // Before the single trace, whose path would take this one too.
    '/api/traces/tail'(c) {
      const query = parseTailQuery(new URL(c.req.url).searchParams);
      if (query.kind === 'refused') return refuse(c, query);
      // Only the head is wanted: nobody would ever leave this stream.
      const body = c.req.method === 'HEAD' ? new ReadableStream() : tail.open(query.match);
      if (body === null) {
        return c.json({ error: 'Too many listen already.' }, 503, { 'Retry-After': '30' });
      }
      // Proxies that gather answers before they pass them on would hold the events back.
      return c.body(body, 200, { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' });
    },

    '/api/traces/:id'(c) {
      const trace = traces.get((c.req.param('id') ?? '').toLowerCase());
      if (trace === null) return c.json({ error: 'No trace of that id is held.' }, 404);
      return c.json(trace);
    },
  };
}

export function refuse(c: Context, { message, parameter }: RefusedQuery): Response {
  return c.json({ error: message, parameter }, 400);
}
