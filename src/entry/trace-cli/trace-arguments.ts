// The arguments of `glance-edge trace`.
import { parseArgs } from 'node:util';
import {
  COMMON_OPTIONS,
  COMMON_USAGE,
  type CommonArguments,
  parsingMistake,
  readCommon,
  readLimit,
} from '../admin-cli/common-arguments.ts';

export type TraceArguments =
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly message: string }
  | ({ readonly kind: 'list' | 'slowest' | 'tail' } & Search & CommonArguments)
  | ({ readonly kind: 'show'; readonly id: string; readonly all: boolean } & CommonArguments);

interface Search {
  /** The filters, as the admin face takes them; without the limit. */
  readonly query: URLSearchParams;
  /** Traces to show; null when the operator did not say. */
  readonly limit: number | null;
}

export const TRACE_USAGE = `Usage: glance-edge trace COMMAND [OPTIONS]

Commands
  list        the calls that ended last, newest first
  show ID     one call as a waterfall; ID is a trace id, a request id or an image id
  tail        calls as they end, until Ctrl-C
  slowest     the calls that took longest

Options
${COMMON_USAGE}
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

export function readTraceArguments(args: readonly string[]): TraceArguments {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (cause) {
    return wrong(parsingMistake(cause));
  }
  const { values, positionals } = parsed;
  if (values.help) return { kind: 'help' };
  const [command, ...words] = positionals;
  if (command === undefined) return wrong('a command is missing: list, show, tail or slowest');
  if (!isCommand(command)) return wrong(`"${command}" is not list, show, tail or slowest`);
  const reading = readCommon(values);
  if (reading.kind === 'wrong') return reading;
  const { common } = reading;
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
      ...COMMON_OPTIONS,
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
  common: CommonArguments,
): TraceArguments {
  const query = new URLSearchParams();
  for (const [option, parameter, pattern, what] of FILTERS) {
    const value = values[option];
    if (value === undefined) continue;
    if (!pattern.test(value)) return wrong(`--${option} ${value} must be ${what}`);
    query.set(parameter, value);
  }
  const limit = readLimit(values.limit);
  if (typeof limit === 'string') return wrong(limit);
  return { kind, query, limit, ...common };
}

function readShow(
  words: readonly string[],
  values: Values,
  common: CommonArguments,
): TraceArguments {
  const [id, ...more] = words;
  if (id === undefined || id === '') return wrong('show what? A trace, request or image id');
  if (more.length > 0) return wrong(`"${more.join(' ')}" is too much after show ${id}`);
  const stray = [...FILTERS.map(([option]) => option), 'limit' as const].find(
    (option) => values[option] !== undefined,
  );
  if (stray !== undefined) return wrong(`--${stray} is not for show`);
  return { kind: 'show', id, all: values.all, ...common };
}

function isCommand(word: string): word is 'list' | 'show' | 'tail' | 'slowest' {
  return ['list', 'show', 'tail', 'slowest'].includes(word);
}

function wrong(message: string): TraceArguments {
  return { kind: 'wrong', message };
}
