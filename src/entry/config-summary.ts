// What a configuration amounts to, in a few lines for people; no secrets.
import { formatAddress } from '../config/address.ts';
import type { Config, TierConfig } from '../config/config.ts';
import { formatSize } from '../config/quantity.ts';

export function summaryOf(config: Config): string {
  const { cache, defaultRegion } = config;
  const regions = config.regions.map(({ name, endpoints }) => {
    const role = name === defaultRegion ? ' (default)' : '';
    return line(`region ${name}${role}`, endpoints.join(', '));
  });
  const tiers = [`memory ${formatSize(cache.memoryBytes)}`, ...cache.tiers.map(tierOf)];
  return [
    line('listens on', `${formatAddress(config.listen)}${config.tls === null ? '' : ' with TLS'}`),
    ...(config.workers > 1 ? [line('workers', String(config.workers))] : []),
    line('admin face', formatAddress(config.admin)),
    ...regions,
    line('cache', `${tiers.join(', ')}; chunks of ${formatSize(cache.chunkBytes)}`),
  ].join('');
}

function line(name: string, value: string): string {
  return `  ${name}: ${value}\n`;
}

/** A Redis URL may hold a password: only its host is shown. */
function tierOf(tier: TierConfig): string {
  if (tier.store === 'disk') return `disk ${formatSize(tier.maxBytes)} in ${tier.path}`;
  return `redis at ${new URL(tier.url).host}`;
}
