// The query of `GET /api/traces`, read strictly: a mistyped filter must not look like an answer.
import type { TraceFilter } from '../../ports/trace-store.ts';

export type TraceQuery =
  | { readonly kind: 'read'; readonly filter: TraceFilter }
  | { readonly kind: 'refused'; readonly parameter: string; readonly message: string };

/** Empty values count as absent, since forms send them. */
export function parseTraceQuery(query: URLSearchParams): TraceQuery {
  let filter: TraceFilter = { limit: DEFAULT_LIMIT };
  const seen = new Set<string>();
  for (const [name, text] of query) {
    const parse = PARAMETERS.get(name);
    if (parse === undefined) return refused(name, `is not one of ${KNOWN}`);
    if (seen.has(name)) return refused(name, 'may be given once');
    seen.add(name);
    if (text === '') continue;
    const part = parse(text);
    if (typeof part === 'string') return refused(name, part);
    filter = { ...filter, ...part };
  }
  return { kind: 'read', filter };
}

const DEFAULT_LIMIT = 50;

/** Gives its part of the filter, or says what the value must be. */
type ParseValue = (text: string) => Partial<TraceFilter> | string;

const PARAMETERS: ReadonlyMap<string, ParseValue> = new Map<string, ParseValue>([
  ['limit', parseLimit],
  ['region', (text) => (isName(text) ? { region: text } : NAME_RULE)],
  ['image', (text) => (isName(text) ? { image: text } : NAME_RULE)],
  ['min_ms', parseMinMs],
  ['status', parseStatus],
  ['route', (text) => (isName(text) ? { route: text } : NAME_RULE)],
]);

const KNOWN = [...PARAMETERS.keys()].join(', ');

function parseLimit(text: string): Partial<TraceFilter> | string {
  const limit = wholeNumber(text);
  return limit >= 1 && limit <= 1000 ? { limit } : 'must be a whole number from 1 to 1000';
}

function parseMinMs(text: string): Partial<TraceFilter> | string {
  if (!/^\d{1,12}(\.\d{1,6})?$/.test(text)) return 'must be a number of milliseconds, 0 or more';
  return { minMs: Number(text) };
}

function parseStatus(text: string): Partial<TraceFilter> | string {
  const status = wholeNumber(text);
  return status >= 100 && status <= 599 ? { status } : 'must be an HTTP status, 100 to 599';
}

const NAME_RULE = 'must be 1 to 255 printable characters';

function isName(text: string): boolean {
  return /^\P{C}{1,255}$/u.test(text);
}

function wholeNumber(text: string): number {
  return /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
}

function refused(parameter: string, rule: string): TraceQuery {
  const shown = parameter.slice(0, 64);
  return { kind: 'refused', parameter: shown, message: `The parameter "${shown}" ${rule}.` };
}
