// The arguments of `glance-edge trace`.
import { parseArgs } from 'node:util';

export type TraceArguments =
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly message: string }
  | ({ readonly kind: 'list' | 'slowest' | 'tail' } & Search & Common)
  | ({ readonly kind: 'show'; readonly id: string; readonly all: boolean } & Common);

interface Search {
  /** The filters, as the admin face takes them; without the limit. */
  readonly query: URLSearchParams;
  /** Traces to show; null when the operator did not say. */
  readonly limit: number | null;
}

interface Common {
  readonly place: GatewayPlace;
  readonly json: boolean;
}

/** Where the admin face is. */
export type GatewayPlace =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'config'; readonly file: string }
  | { readonly kind: 'usual' };

export const TRACE_USAGE = `Usage: glance-edge trace COMMAND [OPTIONS]

Commands
  list        the calls that ended last, newest first
  show ID     one call as a waterfall; ID is a trace id, a request id or an image id
  tail        calls as they end, until Ctrl-C
  slowest     the calls that took longest

Options
  --admin URL       the admin face of the gateway (default: what --config says, else
                    http://127.0.0.1:9394)
  --config FILE     the configuration file of the gateway
  --json            JSON: one document, or for tail a line for each call
  --all             show: every attribute and link
  --limit N         how many calls, 1 to 1000 (default: list 20, slowest 10; tail has no end)

Which calls (list, slowest, tail)
  --region NAME     of that region
  --image UUID      of that image
  --route TEMPLATE  such as /v2/images/{image_id}/file
  --status CODE     with that HTTP status
  --outcome WORD    hit, collapsed, error, none, or why it was forwarded: uri-miss, partial,
                    stale, request, method, bypass
  --min-ms MS       that took at least so long
  --query TEXT      with that text in the trace id, request id or image id
`;

/** The admin face's own bound. */
export const MAX_LIMIT = 1000;

export function readTraceArguments(args: readonly string[]): TraceArguments {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (cause) {
    return wrong(cause instanceof Error ? firstSentence(cause.message) : 'bad arguments');
  }
  const { values, positionals } = parsed;
  if (values.help) return { kind: 'help' };
  const [command, ...words] = positionals;
  if (command === undefined) return wrong('a command is missing: list, show, tail or slowest');
  if (!isCommand(command)) return wrong(`"${command}" is not list, show, tail or slowest`);
  const place = placeOf(values.admin, values.config);
  if (place === null) return wrong(`--admin ${values.admin ?? ''} is no http or https URL`);
  const common = { place, json: values.json };
  if (command === 'show') return readShow(words, values, common);
  if (words.length > 0) return wrong(`"${words.join(' ')}" is too much after ${command}`);
  if (values.all) return wrong('--all is for show');
  return readSearch(command, values, common);
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: 'boolean', default: false },
      admin: { type: 'string' },
      config: { type: 'string' },
      json: { type: 'boolean', default: false },
      all: { type: 'boolean', default: false },
      limit: { type: 'string' },
      region: { type: 'string' },
      image: { type: 'string' },
      route: { type: 'string' },
      status: { type: 'string' },
      outcome: { type: 'string' },
      'min-ms': { type: 'string' },
      query: { type: 'string' },
    },
  });
}

type Values = ReturnType<typeof parse>['values'];

/** Each filter under the admin face's own name, with what its value must look like. */
const FILTERS = [
  ['region', 'region', /./, 'a name'],
  ['image', 'image', /./, 'an image id'],
  ['route', 'route', /./, 'a template'],
  ['status', 'status', /^[1-5]\d\d$/, 'an HTTP status, 100 to 599'],
  ['outcome', 'outcome', /./, 'a word'],
  ['min-ms', 'min_ms', /^\d{1,12}(\.\d{1,6})?$/, 'a number of milliseconds'],
  ['query', 'q', /./, 'a text'],
] as const;

function readSearch(
  kind: 'list' | 'slowest' | 'tail',
  values: Values,
  common: Common,
): TraceArguments {
  const query = new URLSearchParams();
  for (const [option, parameter, pattern, what] of FILTERS) {
    const value = values[option];
    if (value === undefined) continue;
    if (!pattern.test(value)) return wrong(`--${option} ${value} must be ${what}`);
    query.set(parameter, value);
  }
  const { limit } = values;
  if (limit === undefined) return { kind, query, limit: null, ...common };
  const count = /^\d{1,4}$/.test(limit) ? Number(limit) : 0;
  if (count < 1 || count > MAX_LIMIT) return wrong(`--limit ${limit} must be 1 to ${MAX_LIMIT}`);
  return { kind, query, limit: count, ...common };
}

function readShow(words: readonly string[], values: Values, common: Common): TraceArguments {
  const [id, ...more] = words;
  if (id === undefined || id === '') return wrong('show what? A trace, request or image id');
  if (more.length > 0) return wrong(`"${more.join(' ')}" is too much after show ${id}`);
  const stray = [...FILTERS.map(([option]) => option), 'limit' as const].find(
    (option) => values[option] !== undefined,
  );
  if (stray !== undefined) return wrong(`--${stray} is not for show`);
  return { kind: 'show', id, all: values.all, ...common };
}

/** Null for what is no URL. A host and port alone will do. */
function placeOf(admin: string | undefined, config: string | undefined): GatewayPlace | null {
  if (admin === undefined) {
    return config === undefined ? { kind: 'usual' } : { kind: 'config', file: config };
  }
  const text = admin.includes('://') ? admin : `http://${admin}`;
  if (!URL.canParse(text)) return null;
  const { protocol, origin, pathname } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') return null;
  return { kind: 'url', url: `${origin}${pathname.replace(/\/+$/, '')}` };
}

function isCommand(word: string): word is 'list' | 'show' | 'tail' | 'slowest' {
  return ['list', 'show', 'tail', 'slowest'].includes(word);
}

/** Node adds advice about arguments that begin with a dash, which is of no use here. */
function firstSentence(message: string): string {
  return message.split('. ')[0] ?? message;
}

function wrong(message: string): TraceArguments {
  return { kind: 'wrong', message };
}
