// The whole gateway in this process, with real listeners, in front of origins that a test owns.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../../src/config/config.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { type RunningGateway, startGateway } from '../../../src/entry/node.ts';
import { nodePemFiles } from '../../../src/entry/pem-files.ts';
import type { TroubleOrigin } from '../../support/trouble-origin.ts';

/** A tier as in the configuration; `disk` alone is one in a folder of the edge's own. */
export type EdgeTier = 'disk' | { readonly [key: string]: unknown };

export interface EdgeOptions {
  /** Region name to its origin, or to the endpoint itself; the first one is the default region. */
  readonly regions: Readonly<Record<string, TroubleOrigin | string>>;
  readonly tiers?: readonly EdgeTier[];
  /** Bound of the tier `disk`. */
  readonly diskSize?: string;
  /** Sections of the configuration, over those of the scenarios. */
  readonly cache?: Readonly<Record<string, unknown>>;
  readonly timeouts?: Readonly<Record<string, string>>;
  readonly limits?: Readonly<Record<string, unknown>>;
  readonly tracing?: Readonly<Record<string, unknown>>;
  readonly rest?: Readonly<Record<string, unknown>>;
}

export interface Edge {
  /** The Glance face, without a path; another one after a restart. */
  readonly url: string;
  readonly admin: string;
  /** The folder of the disk tier. */
  readonly diskPath: string;
  stop(): Promise<void>;
  /** Starts it again, after a stop, on the same disk. */
  start(): Promise<void>;
  /** Ends it and removes its folder. */
  close(): Promise<void>;
}

export async function openEdge(options: EdgeOptions): Promise<Edge> {
  const folder = await mkdtemp(join(tmpdir(), 'glance-edge-scenario-'));
  const diskPath = join(folder, 'cache');
  const config = configOf(edgeConfig(options, diskPath));
  let running: RunningGateway | null = await startGateway(config);
  let { apiUrl: url, adminUrl: admin } = running;
  const stop = async (): Promise<void> => {
    await running?.close();
    running = null;
  };
  return {
    get url() {
      return url;
    },
    get admin() {
      return admin;
    },
    diskPath,
    stop,
    async start() {
      running = await startGateway(config);
      ({ apiUrl: url, adminUrl: admin } = running);
    },
    async close() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Small chunks, so that small images have many; records are asked for anew each time. */
export function edgeConfig(options: EdgeOptions, diskPath: string): Record<string, unknown> {
  const { regions, tiers = ['disk'], diskSize = '64MiB' } = options;
  const { cache, timeouts, limits, tracing, rest } = options;
  const endpoints = Object.entries(regions).map(([name, origin]) => [
    name,
    { endpoints: [typeof origin === 'string' ? origin : origin.url] },
  ]);
  return {
    listen: '127.0.0.1:0',
    admin: '127.0.0.1:0',
    default_region: Object.keys(regions)[0],
    regions: Object.fromEntries(endpoints),
    cache: {
      chunk_size: '64KiB',
      memory: '32MiB',
      metadata_ttl: '0s',
      ...cache,
      tiers: tiers.map((tier) =>
        tier === 'disk' ? { store: 'disk', path: diskPath, max_size: diskSize } : tier,
      ),
    },
    log: { level: 'error' },
    timeouts: { drain: '5s', ...timeouts },
    limits: { fill_buffers: '4MiB', ...limits },
    tracing: { ...tracing },
    ...rest,
  };
}

function configOf(settings: Record<string, unknown>): Config {
  // JSON is YAML too. The variables of this process are the scenarios' own.
  const text = JSON.stringify(settings);
  const loaded = loadConfig({ file: 'scenario', text, environment: {}, pemFiles: nodePemFiles });
  if (loaded.kind === 'config') return loaded.config;
  throw new Error(loaded.mistakes.map(({ place, message }) => `${place}: ${message}`).join('\n'));
}

/** The path of an image's data. */
export const filePath = (image: { readonly id: string }): string => `/v2/images/${image.id}/file`;

/** The path of an image's record. */
export const recordPath = (image: { readonly id: string }): string => `/v2/images/${image.id}`;
