// Two gateways of one site with a Redis between them: what one has fetched the other has too; and
// without the Redis each goes on by itself.
import { expect, onTestFinished, test } from 'vitest';
import { redisSkipped, startRedis } from '../adapters/redis/redis-server.ts';
import { createGate } from '../support/gate.ts';
import { isDownload } from '../support/ledger.ts';
import { ask, cacheStatus, startAsking } from './stage/client.ts';
import { filePath, recordPath } from './stage/edge.ts';
import { KIB, MIB, openEdgeOf, openOrigin, settled, verdict } from './stage/scene.ts';

const reason = redisSkipped();

test.skipIf(reason !== null)(
  `what one gateway has fetched costs the other no image byte${reason ? ` (${reason})` : ''}`,
  async () => {
    const { origin, edges } = await site();
    const [one, two] = edges;
    const image = await origin.seed({ size: 2 * MIB + 5 });
    expect(verdict(await ask(one.url + filePath(image)), image.data)).toBe('right');
    await settled(one);
    await origin.ledger.idle();
    origin.ledger.clear();
    const reply = await ask(two.url + filePath(image));
    expect(verdict(reply, image.data)).toBe('right');
    expect(cacheStatus(reply)).toBe('glance-edge; hit; detail=redis');
    await origin.ledger.idle();
    expect(origin.ledger.count(isDownload)).toBe(0);
  },
);

test.skipIf(reason !== null)(
  'a Redis that is killed in the middle of a download is missed by nobody',
  async () => {
    const { origin, edges, redis } = await site();
    const [one, two] = edges;
    const image = await origin.seed({ size: 2 * MIB + 5 });
    const gate = createGate();
    const trouble = { kind: 'stall', at: 100 * KIB, until: gate.opened } as const;
    const stall = origin.trouble({ on: isDownload, trouble });
    const client = startAsking(one.url + filePath(image));
    await stall.struck;
    await client.received(70 * KIB);
    await redis.kill();
    gate.open();
    expect(verdict(await client.reply, image.data)).toBe('right');
    for (const edge of edges) {
      expect(verdict(await ask(edge.url + filePath(image)), image.data)).toBe('right');
      await settled(edge);
    }
    expect(cacheStatus(await ask(two.url + filePath(image)))).toContain('detail=memory');
  },
);

test.skipIf(reason !== null)(
  'a Redis that is killed while it is read from is missed by nobody',
  async () => {
    const { origin, edges, redis } = await site();
    const [one, two] = edges;
    const image = await origin.seed({ size: 16 * MIB });
    expect(verdict(await ask(one.url + filePath(image)), image.data)).toBe('right');
    await settled(one);
    const client = startAsking(two.url + filePath(image));
    await client.received(1);
    client.pause();
    await redis.kill();
    client.resume();
    expect(verdict(await client.reply, image.data)).toBe('right');
  },
);

test.skipIf(reason !== null)(
  'a write through one gateway ends what the other keeps, within the time it believes its own',
  async () => {
    const { origin, edges } = await site({ metadata_ttl: '1s' });
    const [one, two] = edges;
    const image = await origin.seed({ size: 1 });
    await ask(two.url + recordPath(image));
    expect((await ask(one.url + recordPath(image), { method: 'DELETE' })).status).toBe(204);
    // The data is asked for at the origin each time, whatever is kept.
    expect((await ask(two.url + filePath(image))).status).toBe(404);
  },
);

/** Both gateways, whose secret is the same, and the Redis between them. */
async function site(cache: Readonly<Record<string, string>> = {}) {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const origin = await openOrigin();
  const open = () =>
    openEdgeOf({
      regions: { RegionOne: origin },
      tiers: [{ store: 'redis', url: `redis://127.0.0.1:${redis.port}` }],
      cache: { secret: 'a secret that both of them know', ...cache },
    });
  return { origin, redis, edges: [await open(), await open()] as const };
}
