// The configuration as the program uses it: checked, complete, times and sizes as numbers.
import type { Region } from '../core/region.ts';
import type { Address } from './address.ts';

export interface Config {
  readonly listen: Address;
  readonly admin: Address;
  /** In the normal form of `normalizeEndpoint`; null: links are built from the request's `Host`. */
  readonly publicUrl: string | null;
  readonly tls: TlsConfig | null;
  /** Processes that share the listening address and the disk tier. */
  readonly workers: number;
  /** The name of one of the regions. */
  readonly defaultRegion: string;
  readonly regions: readonly ConfiguredRegion[];
  readonly cache: CacheConfig;
  readonly tracing: TracingConfig;
  readonly log: { readonly level: LogLevel };
  readonly timeouts: TimeoutsConfig;
  readonly limits: LimitsConfig;
}

/** PEM texts, not paths. */
export interface TlsConfig {
  readonly cert: string;
  readonly key: string;
}

export interface ConfiguredRegion extends Region {
  /** PEM text of the certificates that its https endpoints are checked against; null: the well-known ones. */
  readonly ca: string | null;
}

export interface CacheConfig {
  readonly chunkBytes: number;
  readonly memoryBytes: number;
  /** 0 turns reuse off. */
  readonly metadataTtlMs: number;
  /** 0: every download is asked for. */
  readonly authorizationTtlMs: number;
  readonly staleIfErrorMs: number;
  /** Null: the program finds or makes one. */
  readonly secret: string | null;
  /** Below memory, nearest first. */
  readonly tiers: readonly TierConfig[];
}

export type TierConfig =
  /** A folder of its own with a bound of ours. */
  | { readonly store: 'disk'; readonly path: string; readonly maxBytes: number }
  /** A server with a bound of its own; the URL may hold a password. */
  | { readonly store: 'redis'; readonly url: string };

export interface TracingConfig {
  /** Traces held for the trace page. */
  readonly keep: number;
  /** 0 to 1. */
  readonly sample: number;
  readonly otlpEndpoint: string | null;
  readonly osprofilerHmacKeys: readonly string[];
}

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';

export interface TimeoutsConfig {
  readonly connectMs: number;
  readonly answerMs: number;
  readonly uploadMs: number;
  readonly stallMs: number;
  readonly idleMs: number;
  readonly drainMs: number;
}

export interface LimitsConfig {
  readonly headerBytes: number;
  readonly clientConnections: number;
  readonly calls: number;
  readonly fills: number;
  readonly fillLanes: number;
  readonly fillBuffersBytes: number;
  readonly connections: number;
}
