// Reading a query strictly: each parameter known, given once, and right. A mistyped filter must not
// look like an answer.

export interface RefusedQuery {
  readonly kind: 'refused';
  readonly parameter: string;
  readonly message: string;
}

export type ReadQuery<T> = { readonly kind: 'read'; readonly values: Partial<T> } | RefusedQuery;

/** Gives its part of the values, or says what the text must be. */
export type ParseParameter<T> = (text: string) => Partial<T> | string;

/** Empty values count as absent, since forms send them. */
export function readParameters<T>(
  query: URLSearchParams,
  parameters: ReadonlyMap<string, ParseParameter<T>>,
): ReadQuery<T> {
  let values: Partial<T> = {};
  const seen = new Set<string>();
  for (const [name, text] of query) {
    const parse = parameters.get(name);
    if (parse === undefined) return refused(name, `is not one of ${knownTo(parameters)}`);
    if (seen.has(name)) return refused(name, 'may be given once');
    seen.add(name);
    if (text === '') continue;
    const part = parse(text);
    if (typeof part === 'string') return refused(name, part);
    values = { ...values, ...part };
  }
  return { kind: 'read', values };
}

export const NAME_RULE = 'must be 1 to 255 printable characters';

export function isName(text: string): boolean {
  return /^\P{C}{1,255}$/u.test(text);
}

/** A limit of what is listed; answers stay below a mebibyte. */
export function parseLimit(text: string): { readonly limit: number } | string {
  const limit = wholeNumber(text);
  return limit >= 1 && limit <= 1000 ? { limit } : 'must be a whole number from 1 to 1000';
}

/** NaN for anything else. */
export function wholeNumber(text: string): number {
  return /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
}

function knownTo(parameters: ReadonlyMap<string, unknown>): string {
  return [...parameters.keys()].join(', ');
}

function refused(parameter: string, rule: string): RefusedQuery {
  const shown = parameter.slice(0, 64);
  return { kind: 'refused', parameter: shown, message: `The parameter "${shown}" ${rule}.` };
}
