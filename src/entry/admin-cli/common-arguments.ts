// What all commands take that ask a running gateway: where it is, and how to print what it says.

/** Where the admin face is. */
export type GatewayPlace =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'config'; readonly file: string }
  | { readonly kind: 'usual' };

export interface CommonArguments {
  readonly place: GatewayPlace;
  readonly json: boolean;
}

export const COMMON_OPTIONS = {
  help: { type: 'boolean', default: false },
  admin: { type: 'string' },
  config: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

export const COMMON_USAGE = `  --admin URL       the admin face of the gateway (default: what --config says, else
                    http://127.0.0.1:9394)
  --config FILE     the configuration file of the gateway`;

/** The admin face's own bound. */
export const MAX_LIMIT = 1000;

export type CommonReading =
  | { readonly kind: 'common'; readonly common: CommonArguments }
  | { readonly kind: 'wrong'; readonly message: string };

export function readCommon(values: {
  readonly admin?: string | undefined;
  readonly config?: string | undefined;
  readonly json: boolean;
}): CommonReading {
  const { admin, config, json } = values;
  if (admin === undefined) {
    const place = config === undefined ? USUAL : ({ kind: 'config', file: config } as const);
    return { kind: 'common', common: { place, json } };
  }
  const url = urlOf(admin);
  if (url === null) return { kind: 'wrong', message: `--admin ${admin} is no http or https URL` };
  return { kind: 'common', common: { place: { kind: 'url', url }, json } };
}

/** A `--limit`: the number, null for none given, or what is wrong with it. */
export function readLimit(limit: string | undefined): number | null | string {
  if (limit === undefined) return null;
  const count = /^\d{1,4}$/.test(limit) ? Number(limit) : 0;
  return count >= 1 && count <= MAX_LIMIT ? count : `--limit ${limit} must be 1 to ${MAX_LIMIT}`;
}

/** What Node says of arguments that it can't parse: it adds advice, which is of no use here. */
export function parsingMistake(cause: unknown): string {
  if (!(cause instanceof Error)) return 'bad arguments';
  return cause.message.split('. ')[0] ?? cause.message;
}

const USUAL: GatewayPlace = { kind: 'usual' };

/** Null for what is no URL. A host and port alone will do. */
function urlOf(admin: string): string | null {
  const text = admin.includes('://') ? admin : `http://${admin}`;
  if (!URL.canParse(text)) return null;
  const { protocol, origin, pathname } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') return null;
  return `${origin}${pathname.replace(/\/+$/, '')}`;
}
