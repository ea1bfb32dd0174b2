// Jaeger's query API over the traces that are held here, below `/jaeger` of the admin face: Jaeger's
// own UI and Grafana's Jaeger data source read them without a Jaeger.
import type { Context, Handler } from 'hono';
import type { StoredTrace } from '../../ports/trace-store.ts';
import { jaegerOperations } from './jaeger-operations.ts';
import {
  type JaegerQuery,
  parseJaegerQuery,
  parseSummariesQuery,
  parseTraceId,
} from './jaeger-query.ts';
import { type SearchedTraces, SPANS_IN_A_TURN, searchTraces } from './jaeger-search.ts';
import { jaegerSummary } from './jaeger-summary.ts';
import { type JaegerService, jaegerTrace } from './jaeger-trace.ts';
import { jsonInPieces } from './json-pieces.ts';

export interface JaegerSources extends SearchedTraces {
  /** Of this program. */
  readonly version: string;
}

/**
 * By path. `/api/…` is what Jaeger's `http_handler.go` calls its internal HTTP JSON, read by Grafana
 * and Jaeger's UI; `/api/v3/…` is `query_service.proto` over HTTP, which the UI asks for services and
 * operations from 2.15 on and for searches from 2.19 on.
 */
export function jaegerRoutes(sources: JaegerSources): Record<string, Handler> {
  const { traces, version } = sources;
  const service: JaegerService = { name: SERVICE, version };
  const operationsOf = async (asked: string, kind: string) =>
    asked === SERVICE ? jaegerOperations(sources, kind) : [];

  return {
    '/jaeger/api/services': (c) => answer(c, [SERVICE]),

    async '/jaeger/api/services/:service/operations'(c) {
      const operations = await operationsOf(c.req.param('service') ?? '', '');
      return answer(c, [...new Set(operations.map(({ name }) => name))]);
    },

    async '/jaeger/api/operations'(c) {
      const asked = c.req.query('service') ?? '';
      if (asked === '') return refuse(c, 400, "parameter 'service' is required");
      const kind = (c.req.query('spanKind') ?? '').toLowerCase();
      return answer(c, await operationsOf(asked, kind));
    },

    async '/jaeger/api/traces'(c) {
      const query = parseJaegerQuery(parametersOf(c));
      if (query.kind === 'refused') return refuse(c, 400, query.message);
      if (query.kind === 'traces') return answerNamed(c, query.traceIds);
      return answerTraces(c, await found(query), []);
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

    async '/jaeger/api/v3/operations'(c) {
      const kind = (c.req.query('span_kind') ?? '').toLowerCase();
      return c.json({ operations: await operationsOf(c.req.query('service') ?? '', kind) });
    },

    async '/jaeger/api/v3/trace-summaries'(c) {
      const query = parseSummariesQuery(parametersOf(c));
      if (query.kind === 'refused') {
        return c.json({ error: { httpCode: 400, message: query.message } }, 400);
      }
      const summaries = (await found(query)).map((trace) => jaegerSummary(trace, service));
      return c.json({ summaries });
    },
  };

  async function found(query: JaegerQuery): Promise<readonly StoredTrace[]> {
    const mine = query.kind === 'search' && query.search.service === SERVICE;
    return mine ? searchTraces(sources, query.search) : [];
  }

  function answerNamed(c: Context, ids: readonly string[]): Response {
    const held = ids.flatMap((id) => traces.get(id) ?? []);
    const missing = ids.filter((id) => !held.some(({ traceId }) => traceId === id));
    const errors = missing.map((traceID) => ({ code: 404, msg: NOT_FOUND, traceID }));
    return answerTraces(c, held, errors);
  }

  /** Megabytes as a rule: they leave while they are being written down. */
  function answerTraces(
    c: Context,
    found: readonly StoredTrace[],
    errors: readonly JaegerError[],
  ): Response {
    const body = jsonInPieces('data', written(found), envelope(found.length, errors));
    return c.body(body, 200, { 'Content-Type': 'application/json' });
  }

  async function* written(found: readonly StoredTrace[]): AsyncIterable<string> {
    let piece: string[] = [];
    let spans = 0;
    for (const trace of found) {
      piece.push(JSON.stringify(jaegerTrace(trace, service)));
      spans += trace.tree.length;
      if (spans < SPANS_IN_A_TURN) continue;
      yield piece.join(',');
      [piece, spans] = [[], 0];
      await sources.turn();
    }
    if (piece.length > 0) yield piece.join(',');
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

/** Jaeger's `structuredResponse` besides its data; limit and offset are always 0 there, too. */
function envelope(total: number, errors: readonly JaegerError[]) {
  return { total, limit: 0, offset: 0, errors: errors.length === 0 ? null : errors };
}

function answer(c: Context, data: readonly unknown[]): Response {
  return c.json({ data, ...envelope(data.length, []) });
}

function refuse(c: Context, code: 400 | 404, msg: string): Response {
  return c.json({ data: null, total: 0, limit: 0, offset: 0, errors: [{ code, msg }] }, code);
}

function parametersOf(c: Context): URLSearchParams {
  return new URL(c.req.url).searchParams;
}
