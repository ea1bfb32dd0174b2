// A client of @redis/client that speaks bytes, for a single server and for a cluster alike.
import { createClient, createCluster, RESP_TYPES } from '@redis/client';
import type { RedisAddress } from './redis-url.ts';

/** The few commands that a tier needs. All reject at once while there is no connection. */
export interface BytesClient {
  /** Resolves with the first connection; rejects when there can't be one any more. */
  connect(): Promise<unknown>;
  get(name: string): Promise<Buffer | null>;
  /** `lifeMs` null for no expiry. */
  set(name: string, value: Buffer, lifeMs: number | null): Promise<void>;
  delete(name: string): Promise<boolean>;
  /** Names that begin with `prefix`, page by page. */
  names(prefix: string): AsyncIterable<readonly string[]>;
  /** Ends the connection; what was waiting for an answer rejects. */
  destroy(): void;
}

/** A TCP or TLS connection that takes longer will not keep a 250 ms deadline later either. */
const CONNECT_TIMEOUT_MS = 2_000;

/** Between attempts: soon at first, then twice a second at most, to be back quickly after a restart. */
function reconnectDelayMs(retries: number): number {
  return Math.min(50 * 2 ** retries, 500);
}

const AS_BYTES = { [RESP_TYPES.BLOB_STRING]: Buffer };

/** @param onError hears of lost connections; without a listener they would end the process. */
export function createBytesClient(
  address: RedisAddress,
  onError: (cause: unknown) => void,
): BytesClient {
  return address.cluster ? clusterClient(address, onError) : singleClient(address, onError);
}

function singleClient(address: RedisAddress, onError: (cause: unknown) => void): BytesClient {
  const client = createClient({
    ...connectionOptions(address),
    RESP: 2,
    database: address.database,
    socket: { ...address.nodes[0], ...socketOptions(address) },
  });
  client.on('error', onError);
  const bytes = client.withTypeMapping(AS_BYTES);
  return {
    connect: () => client.connect(),
    get: (name) => bytes.get(name),
    async set(name, value, lifeMs) {
      await client.set(name, value, expiration(lifeMs));
    },
    delete: async (name) => (await client.unlink(name)) > 0,
    names: (prefix) => client.scanIterator({ MATCH: `${prefix}*`, COUNT: 1_000 }),
    destroy: () => client.destroy(),
  };
}

function clusterClient(address: RedisAddress, onError: (cause: unknown) => void): BytesClient {
  const common = { ...connectionOptions(address), socket: socketOptions(address) };
  const cluster = createCluster({
    RESP: 2,
    rootNodes: address.nodes.map((node) => ({
      ...common,
      socket: { ...node, ...socketOptions(address) },
    })),
    defaults: common,
  });
  cluster.on('error', onError);
  cluster.on('node-error', onError);
  const bytes = cluster.withTypeMapping(AS_BYTES);
  return {
    connect: () => cluster.connect(),
    get: (name) => bytes.get(name),
    async set(name, value, lifeMs) {
      await cluster.set(name, value, expiration(lifeMs));
    },
    delete: async (name) => (await cluster.unlink(name)) > 0,
    async *names(prefix) {
      for (const master of cluster.masters) {
        const node = await cluster.nodeClient(master);
        yield* node.scanIterator({ MATCH: `${prefix}*`, COUNT: 1_000 });
      }
    },
    destroy: () => cluster.destroy(),
  };
}

function connectionOptions({ username, password }: RedisAddress) {
  return {
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password }),
    // A queued command would keep its bytes and answer long after its deadline.
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: 'disabled' as const,
  };
}

function socketOptions({ tls }: RedisAddress) {
  const common = { connectTimeout: CONNECT_TIMEOUT_MS, reconnectStrategy: reconnectDelayMs };
  return tls ? { ...common, tls: true as const } : common;
}

function expiration(lifeMs: number | null) {
  return lifeMs === null ? {} : { expiration: { type: 'PX' as const, value: lifeMs } };
}
