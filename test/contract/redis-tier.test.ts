// The redis tier against the contract: on a single server, and on a cluster of one.
import { createClient, RESP_TYPES } from '@redis/client';
import { afterAll, beforeAll, vi } from 'vitest';
import { systemTimers } from '../../src/adapters/node/runtime.ts';
import { openRedisTier, REDIS_LIMITS } from '../../src/adapters/redis/open-redis-tier.ts';
import { type RedisServer, redisSkipped, startRedis } from '../adapters/redis/redis-server.ts';
import { tierContract } from './tier-contract.ts';
import { createManualClock } from './tier-harness.ts';

let single: RedisServer;
let cluster: RedisServer;

beforeAll(async () => {
  if (redisSkipped() !== null) return;
  single = await startRedis();
  cluster = await startRedis('--cluster-enabled', 'yes');
  await withClient(cluster, async (client) => {
    await client.sendCommand(['CLUSTER', 'ADDSLOTSRANGE', '0', '16383']);
    // The server finds out for itself that all slots are served now.
    await vi.waitUntil(async () => (await client.clusterInfo()).includes('cluster_state:ok'), {
      timeout: 10_000,
    });
  });
});

afterAll(async () => {
  await single?.stop();
  await cluster?.stop();
});

tierContract({
  name: 'redis',
  skipped: redisSkipped(),
  open: () => openHarness(single, `redis://127.0.0.1:${single.port}`),
});

tierContract({
  name: 'redis cluster',
  skipped: redisSkipped(),
  open: () => openHarness(cluster, `redis+cluster://127.0.0.1:${cluster.port}`),
});

async function openHarness(server: RedisServer, url: string) {
  await withClient(server, (client) => client.flushAll());
  const clock = createManualClock();
  const openTier = () =>
    openRedisTier({
      url,
      secret: Buffer.alloc(32, 7),
      clock,
      timers: systemTimers,
      limits: { ...REDIS_LIMITS, deadlineMs: 60_000 },
    });
  let tier = await openTier();
  return {
    tier,
    clock,
    damage: () => withClient(server, flipLastBits),
    async reopen() {
      await tier.close();
      tier = await openTier();
      return tier;
    },
    async close() {
      await tier.close();
      const keys = await withClient(server, (client) => client.keys('*'));
      return keys.filter((key) => !key.startsWith('glance-edge:'));
    },
  };
}

async function flipLastBits(client: Client): Promise<void> {
  const bytes = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
  for (const name of await client.keys('*')) {
    const frame = await bytes.get(name);
    if (frame === null) continue;
    const last = frame.byteLength - 1;
    frame.writeUInt8(frame.readUInt8(last) ^ 1, last);
    await client.set(name, frame);
  }
}

type Client = ReturnType<typeof createClientFor>;

function createClientFor(server: RedisServer) {
  return createClient({ RESP: 2, socket: { host: '127.0.0.1', port: server.port } });
}

async function withClient<Result>(
  server: RedisServer,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = createClientFor(server);
  await client.connect();
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}
