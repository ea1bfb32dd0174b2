// The arguments of `glance-edge cache`.
import { parseArgs } from 'node:util';
import {
  COMMON_OPTIONS,
  COMMON_USAGE,
  type CommonArguments,
  parsingMistake,
  readCommon,
  readLimit,
} from '../admin-cli/common-arguments.ts';

export type CacheArguments =
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly message: string }
  | ({ readonly kind: 'status' } & CommonArguments)
  | ({ readonly kind: 'images' } & ImagesWanted & CommonArguments);

interface ImagesWanted {
  /** Null for all. */
  readonly image: string | null;
  readonly region: string | null;
  /** Images to show; null when the operator did not say. */
  readonly limit: number | null;
}

export const CACHE_USAGE = `Usage: glance-edge cache COMMAND [OPTIONS]

Commands
  status          tiers and how full they are, what came out of the cache, fills under way
  images [IMAGE]  how often images were downloaded, how often fetched, and what share of their
                  bytes did not come over the WAN; of all images, or of that one

Options
${COMMON_USAGE}
  --json            JSON: one document
  --region NAME     images: of that region
  --limit N         images: how many, 1 to 1000 (default 20)
`;

export function readCacheArguments(args: readonly string[]): CacheArguments {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (cause) {
    return wrong(parsingMistake(cause));
  }
  const { values, positionals } = parsed;
  if (values.help) return { kind: 'help' };
  const [command, ...words] = positionals;
  if (command === undefined) return wrong('a command is missing: status or images');
  if (command !== 'status' && command !== 'images') {
    return wrong(`"${command}" is not status or images`);
  }
  const reading = readCommon(values);
  if (reading.kind === 'wrong') return reading;
  return command === 'status'
    ? readStatus(words, values, reading.common)
    : readImages(words, values, reading.common);
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { ...COMMON_OPTIONS, region: { type: 'string' }, limit: { type: 'string' } },
  });
}

type Values = ReturnType<typeof parse>['values'];

function readStatus(
  words: readonly string[],
  { region, limit }: Values,
  common: CommonArguments,
): CacheArguments {
  if (words.length > 0) return wrong(`"${words.join(' ')}" is too much after status`);
  if (region !== undefined || limit !== undefined) {
    return wrong(`--${region === undefined ? 'limit' : 'region'} is for images`);
  }
  return { kind: 'status', ...common };
}

function readImages(words: readonly string[], values: Values, common: CommonArguments) {
  const [image = null, ...more] = words;
  if (more.length > 0) return wrong(`"${more.join(' ')}" is too much after images ${image}`);
  if (image === '') return wrong('an image id has characters');
  const { region = null } = values;
  if (region === '') return wrong('--region must be a name');
  const limit = readLimit(values.limit);
  if (typeof limit === 'string') return wrong(limit);
  return { kind: 'images', image, region, limit, ...common } as const;
}

function wrong(message: string): CacheArguments {
  return { kind: 'wrong', message };
}
