// Where the admin face of the gateway is that an operator means.
import { type Address, formatAddress } from '../../config/address.ts';
import { readConfigFile } from '../config-file.ts';
import type { GatewayPlace } from './common-arguments.ts';

export type AdminUrl =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'unknown'; readonly messages: readonly string[] };

export function adminUrlOf(
  place: GatewayPlace,
  environment: Readonly<Record<string, string | undefined>>,
): AdminUrl {
  switch (place.kind) {
    case 'url':
      return place;
    case 'usual':
      return { kind: 'url', url: USUAL };
    case 'config': {
      const loaded = readConfigFile(place.file, environment);
      if (loaded.kind === 'config') return urlOf(loaded.config.admin, place.file);
      const messages = loaded.mistakes.map(({ place: where, message }) => `${where}: ${message}`);
      return { kind: 'unknown', messages };
    }
    default:
      return place satisfies never;
  }
}

/** The default of `admin` in the configuration. */
const USUAL = 'http://127.0.0.1:9394';

function urlOf({ host, port }: Address, file: string): AdminUrl {
  if (port === 0) {
    const message = `${file}: the system chooses the port of the admin face; say it with --admin`;
    return { kind: 'unknown', messages: [message] };
  }
  // To listen everywhere is to listen here, too.
  const here = EVERYWHERE.get(host) ?? host;
  return { kind: 'url', url: `http://${formatAddress({ host: here, port })}` };
}

const EVERYWHERE: ReadonlyMap<string, string> = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
]);
