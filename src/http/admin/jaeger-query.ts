// The queries of Jaeger's HTTP API, read as its query service reads them (`query_parser.go`): what
// is empty is absent, what is not known is ignored, what can't be read is refused in its words.
import { parseGoDuration } from './jaeger-duration.ts';
import type { JaegerSearch } from './jaeger-search.ts';

export type JaegerQuery =
  | { readonly kind: 'search'; readonly search: JaegerSearch }
  /** 32 digits each. */
  | { readonly kind: 'traces'; readonly traceIds: readonly string[] }
  | { readonly kind: 'refused'; readonly message: string };

/**
 * `/api/traces`: `service`, `operation`, `tag` (`key:value`, several), `tags` (JSON or `key:value`,
 * several), `start` and `end` (epoch microseconds), `minDuration` and `maxDuration` (Go durations),
 * `limit`; or `traceID`, several. `lookback` is a note of the UI to itself: it sends `start` along.
 */
export function parseJaegerQuery(query: URLSearchParams): JaegerQuery {
  const ids = query.getAll('traceID').filter((text) => text !== '');
  if (ids.length > 0) return readTraceIds(ids);
  return readSearch(query, V1);
}

/** `/api/v3/trace-summaries`: the same search under other names, times as in RFC 3339. */
export function parseSummariesQuery(query: URLSearchParams): JaegerQuery {
  return readSearch(query, V3);
}

/** Jaeger leaves leading zeros out, so up to 32 digits are taken; null for anything else. */
export function parseTraceId(text: string): string | null {
  return /^[0-9a-f]{1,32}$/i.test(text) ? text.toLowerCase().padStart(32, '0') : null;
}

interface ParameterNames {
  readonly service: string;
  readonly operation: string;
  readonly tags: readonly string[];
  readonly start: string;
  readonly end: string;
  readonly minDuration: string;
  readonly maxDuration: string;
  readonly limit: string;
  /** Epoch microseconds, or null when it is no time. */
  readonly parseTime: (text: string) => number | null;
}

const V1: ParameterNames = {
  service: 'service',
  operation: 'operation',
  tags: ['tag', 'tags'],
  start: 'start',
  end: 'end',
  minDuration: 'minDuration',
  maxDuration: 'maxDuration',
  limit: 'limit',
  parseTime: wholeNumber,
};

const V3: ParameterNames = {
  service: 'query.service_name',
  operation: 'query.span_name',
  tags: ['query.attributes'],
  start: 'query.start_time_min',
  end: 'query.start_time_max',
  minDuration: 'query.duration_min',
  maxDuration: 'query.duration_max',
  limit: 'query.num_traces',
  parseTime: instant,
};

/** Jaeger's own; its UI always says how many. */
const DEFAULT_LIMIT = 100;

/** The most that Jaeger's search form lets one ask for. */
const MAX_LIMIT = 1500;

/** Ids in one question: as many as a search answers unless it is told otherwise. */
const MAX_TRACE_IDS = DEFAULT_LIMIT;

const NO_BOUND = Number.POSITIVE_INFINITY;

function readSearch(query: URLSearchParams, names: ParameterNames): JaegerQuery {
  const mistakes: string[] = [];
  const service = query.get(names.service) ?? '';
  if (service === '') mistakes.push(`parameter '${names.service}' is required`);
  const search = {
    service,
    operation: query.get(names.operation) || null,
    tags: readTags(),
    startMin: read(names.start, names.parseTime, 0),
    startMax: read(names.end, names.parseTime, NO_BOUND),
    durationMin: read(names.minDuration, parseGoDuration, 0),
    durationMax: read(names.maxDuration, parseGoDuration, NO_BOUND),
    limit: Math.min(read(names.limit, wholeNumber, DEFAULT_LIMIT), MAX_LIMIT),
  };
  if (search.durationMax < search.durationMin) {
    mistakes.push(`'${names.maxDuration}' should be greater than '${names.minDuration}'`);
  }
  const [message] = mistakes;
  return message === undefined ? { kind: 'search', search } : { kind: 'refused', message };

  function read(name: string, parse: (text: string) => number | null, absent: number): number {
    const text = query.get(name) ?? '';
    const value = text === '' ? absent : parse(text);
    if (value === null) mistakes.push(`unable to parse param '${name}'`);
    return value ?? absent;
  }

  function readTags(): ReadonlyMap<string, string> {
    const tags = new Map<string, string>();
    for (const name of names.tags) {
      for (const text of query.getAll(name).filter((each) => each !== '')) {
        const told = parseTags(text);
        if (told === null) mistakes.push(`malformed '${name}' parameter`);
        for (const [key, value] of told ?? []) tags.set(key, value);
      }
    }
    return tags;
  }
}

function readTraceIds(texts: readonly string[]): JaegerQuery {
  if (texts.length > MAX_TRACE_IDS) {
    return { kind: 'refused', message: `at most ${MAX_TRACE_IDS} traceID params may be given` };
  }
  const traceIds = texts.map(parseTraceId).filter((id) => id !== null);
  return traceIds.length === texts.length
    ? { kind: 'traces', traceIds: [...new Set(traceIds)] }
    : { kind: 'refused', message: 'cannot parse traceID param' };
}

/** `{"key":"value",…}` or `key:value`; null for neither. */
function parseTags(text: string): readonly (readonly [string, string])[] | null {
  if (!text.startsWith('{')) {
    const colon = text.indexOf(':');
    return colon < 1 ? null : [[text.slice(0, colon), text.slice(colon + 1)]];
  }
  try {
    const told: unknown = JSON.parse(text);
    if (typeof told !== 'object' || told === null) return null;
    return Object.entries(told).map(([key, value]) => [key, String(value)] as const);
  } catch {
    return null;
  }
}

function wholeNumber(text: string): number | null {
  return /^\d{1,18}$/.test(text) ? Number(text) : null;
}

function instant(text: string): number | null {
  const ms = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? null : ms * 1000;
}
