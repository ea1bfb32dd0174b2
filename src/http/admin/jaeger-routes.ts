// Jaeger's query API over the traces that are held here, below `/jaeger` of the admin face: Jaeger's
// own UI and Grafana's Jaeger data source read them without a Jaeger.
import type { Context, Handler } from 'hono';
import type { TraceStore } from '../../ports/trace-store.ts';
import { jaegerOperations } from './jaeger-operations.ts';
import {
  type JaegerQuery,
  parseJaegerQuery,
  parseSummariesQuery,
  parseTraceId,
} from './jaeger-query.ts';
import { searchTraces } from './jaeger-search.ts';
import { jaegerSummary } from './jaeger-summary.ts';
import { type JaegerService, jaegerTrace } from './jaeger-trace.ts';

export interface JaegerSources {
  readonly traces: TraceStore;
  /** Of this program. */
  readonly version: string;
}

/**
 * By path. `/api/…` is what Jaeger's `http_handler.go` calls its internal HTTP JSON, read by Grafana
 * and Jaeger's UI; `/api/v3/…` is `query_service.proto` over HTTP, which the UI asks for services and
 * operations from 2.15 on and for searches from 2.19 on.
 */
export function jaegerRoutes({ traces, version }: JaegerSources): Record<string, Handler> {
  const service: JaegerService = { name: SERVICE, version };
  const operationsOf = (asked: string, kind: string) =>
    asked === SERVICE ? jaegerOperations(traces, kind) : [];

  return {
    '/jaeger/api/services': (c) => answer(c, [SERVICE]),

    '/jaeger/api/services/:service/operations'(c) {
      const operations = operationsOf(c.req.param('service') ?? '', '');
      return answer(c, [...new Set(operations.map(({ name }) => name))]);
    },

    '/jaeger/api/operations'(c) {
      const asked = c.req.query('service') ?? '';
      if (asked === '') return refuse(c, 400, "parameter 'service' is required");
      return answer(c, operationsOf(asked, (c.req.query('spanKind') ?? '').toLowerCase()));
    },

    '/jaeger/api/traces'(c) {
      const query = parseJaegerQuery(parametersOf(c));
      if (query.kind === 'refused') return refuse(c, 400, query.message);
      if (query.kind === 'traces') return answerTraces(c, query.traceIds);
      return answer(
        c,
        found(query).map((trace) => jaegerTrace(trace, service)),
      );
    },

    '/jaeger/api/traces/:id'(c) {
      const id = parseTraceId(c.req.param('id') ?? '');
      if (id === null) return refuse(c, 400, 'malformed trace id: 1 to 32 hexadecimal digits');
      const trace = traces.get(id);
      return trace === null ? refuse(c, 404, NOT_FOUND) : answer(c, [jaegerTrace(trace, service)]);
    },

    // Between services; there is only one here.
    '/jaeger/api/dependencies': (c) => answer(c, []),

    '/jaeger/api/v3/services': (c) => c.json({ services: [SERVICE] }),

    '/jaeger/api/v3/operations'(c) {
      const kind = (c.req.query('span_kind') ?? '').toLowerCase();
      return c.json({ operations: operationsOf(c.req.query('service') ?? '', kind) });
    },

    '/jaeger/api/v3/trace-summaries'(c) {
      const query = parseSummariesQuery(parametersOf(c));
      if (query.kind === 'refused') {
        return c.json({ error: { httpCode: 400, message: query.message } }, 400);
      }
      return c.json({ summaries: found(query).map((trace) => jaegerSummary(trace, service)) });
    },
  };

  function found(query: JaegerQuery) {
    const mine = query.kind === 'search' && query.search.service === SERVICE;
    return mine ? searchTraces(traces, query.search) : [];
  }

  function answerTraces(c: Context, ids: readonly string[]): Response {
    const held = ids.flatMap((id) => traces.get(id) ?? []);
    const missing = ids.filter((id) => !held.some(({ traceId }) => traceId === id));
    return answer(
      c,
      held.map((trace) => jaegerTrace(trace, service)),
      missing.map((traceID) => ({ code: 404, msg: NOT_FOUND, traceID })),
    );
  }
}

/** As in the resource of exported spans, unless `OTEL_SERVICE_NAME` renames that one. */
const SERVICE = 'glance-edge';

const NOT_FOUND = 'trace not found';

interface JaegerError {
  readonly code: number;
  readonly msg: string;
  readonly traceID?: string;
}

/** Jaeger's `structuredResponse`; limit and offset are always 0 there, too. */
function answer(c: Context, data: readonly unknown[], errors: readonly JaegerError[] = []) {
  const told = errors.length === 0 ? null : errors;
  return c.json({ data, total: data.length, limit: 0, offset: 0, errors: told });
}

function refuse(c: Context, code: 400 | 404, msg: string): Response {
  return c.json({ data: null, total: 0, limit: 0, offset: 0, errors: [{ code, msg }] }, code);
}

function parametersOf(c: Context): URLSearchParams {
  return new URL(c.req.url).searchParams;
}
