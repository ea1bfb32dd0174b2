// The queries of `GET /api/traces` and of its live tail: which calls are wanted.
import type { OutcomeWord, TraceFilter, TraceMatch } from '../../ports/trace-store.ts';
import {
  isName,
  NAME_RULE,
  type ParseParameter,
  parseLimit,
  type RefusedQuery,
  readParameters,
  wholeNumber,
} from './parameters.ts';

export type TraceQuery = { readonly kind: 'read'; readonly filter: TraceFilter } | RefusedQuery;
export type TailQuery = { readonly kind: 'read'; readonly match: TraceMatch } | RefusedQuery;

export function parseTraceQuery(query: URLSearchParams): TraceQuery {
  const read = readParameters(query, LIST);
  if (read.kind === 'refused') return read;
  return { kind: 'read', filter: { limit: DEFAULT_LIMIT, ...read.values } };
}

/** The tail shows everything from now on: there is nothing to limit. */
export function parseTailQuery(query: URLSearchParams): TailQuery {
  const read = readParameters(query, MATCH);
  return read.kind === 'refused' ? read : { kind: 'read', match: read.values };
}

const DEFAULT_LIMIT = 50;

const MATCH: ReadonlyMap<string, ParseParameter<TraceMatch>> = new Map<
  string,
  ParseParameter<TraceMatch>
>([
  ['region', (text) => (isName(text) ? { region: text } : NAME_RULE)],
  ['image', (text) => (isName(text) ? { image: text } : NAME_RULE)],
  ['min_ms', parseMinMs],
  ['status', parseStatus],
  ['route', (text) => (isName(text) ? { route: text } : NAME_RULE)],
  ['outcome', parseOutcome],
  ['q', (text) => (isName(text) ? { text } : NAME_RULE)],
]);

const LIST: ReadonlyMap<string, ParseParameter<TraceFilter>> = new Map<
  string,
  ParseParameter<TraceFilter>
>([['limit', parseLimit], ...MATCH]);

function parseMinMs(text: string): TraceMatch | string {
  if (!/^\d{1,12}(\.\d{1,6})?$/.test(text)) return 'must be a number of milliseconds, 0 or more';
  return { minMs: Number(text) };
}

function parseStatus(text: string): TraceMatch | string {
  const status = wholeNumber(text);
  return status >= 100 && status <= 599 ? { status } : 'must be an HTTP status, 100 to 599';
}

function parseOutcome(text: string): TraceMatch | string {
  const outcome = OUTCOMES.find((word) => word === text);
  return outcome ? { outcome } : `must be one of ${OUTCOMES.join(', ')}`;
}

/** A table of all words, so that a new one can't be left out. */
const OUTCOMES = Object.keys({
  hit: true,
  bypass: true,
  method: true,
  'uri-miss': true,
  request: true,
  stale: true,
  partial: true,
  collapsed: true,
  error: true,
  none: true,
} satisfies Record<OutcomeWord, true>) as readonly OutcomeWord[];
