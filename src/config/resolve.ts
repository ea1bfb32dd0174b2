// From the keys of the file to the names of the program: units move from the values to the names.
import type { Config, TierConfig } from './config.ts';
import type { ParsedConfig } from './schema.ts';

/** `fileText` gives the text of the file that the key at the path names. */
export function resolveConfig(
  parsed: ParsedConfig,
  fileText: (...path: readonly string[]) => string | null,
): Config {
  const { cache, tracing, timeouts, limits } = parsed;
  const [cert, key] = [fileText('tls', 'cert'), fileText('tls', 'key')];
  return {
    listen: parsed.listen,
    admin: parsed.admin,
    publicUrl: parsed.public_url ?? null,
    tls: cert === null || key === null ? null : { cert, key },
    workers: parsed.workers,
    defaultRegion: parsed.default_region,
    regions: Object.entries(parsed.regions).map(([name, { endpoints, hosts }]) => ({
      name,
      endpoints,
      hosts,
      ca: fileText('regions', name, 'ca'),
    })),
    cache: {
      chunkBytes: cache.chunk_size,
      memoryBytes: cache.memory,
      metadataTtlMs: cache.metadata_ttl,
      authorizationTtlMs: cache.authorization_ttl,
      staleIfErrorMs: cache.stale_if_error,
      secret: cache.secret ?? null,
      tiers: cache.tiers.map(resolveTier),
    },
    tracing: {
      keep: tracing.keep,
      sample: tracing.sample,
      otlpEndpoint: tracing.otlp_endpoint ?? null,
      osprofilerHmacKeys: tracing.osprofiler_hmac_keys,
    },
    log: parsed.log,
    timeouts: {
      connectMs: timeouts.connect,
      answerMs: timeouts.answer,
      uploadMs: timeouts.upload,
      stallMs: timeouts.stall,
      idleMs: timeouts.idle,
      drainMs: timeouts.drain,
    },
    limits: {
      headerBytes: limits.header_size,
      clientConnections: limits.client_connections,
      calls: limits.calls,
      fills: limits.fills,
      fillLanes: limits.fill_lanes,
      fillBuffersBytes: limits.fill_buffers,
      connections: limits.connections,
    },
  };
}

function resolveTier(tier: ParsedConfig['cache']['tiers'][number]): TierConfig {
  return tier.store === 'disk'
    ? { store: 'disk', path: tier.path, maxBytes: tier.max_size }
    : { store: 'redis', url: tier.url };
}
