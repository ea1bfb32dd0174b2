// What is particular to the redis tier: a server that goes away, one that others can write to, and
// a URL with a password.

import { inspect } from 'node:util';
import { createClient } from '@redis/client';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { TierTrouble } from '../../../src/adapters/guarded-tier.ts';
import { systemTimers } from '../../../src/adapters/node/runtime.ts';
import { openRedisTier, REDIS_LIMITS } from '../../../src/adapters/redis/open-redis-tier.ts';
import type { Tier } from '../../../src/ports/tier.ts';
import { createManualClock, patternBytes } from '../../contract/tier-harness.ts';
import { type RedisServer, redisSkipped, startRedis } from './redis-server.ts';

const skipped = redisSkipped();
const clock = createManualClock();
const limits = { ...REDIS_LIMITS, deadlineMs: 60_000, openMs: 0 };

let server: RedisServer;
let troubles: TierTrouble[];

describe.skipIf(skipped !== null)(
  `the redis tier${skipped ? ` (skipped: ${skipped})` : ''}`,
  () => {
    beforeAll(async () => {
      server = await startRedis('--requirepass', 'swordfish', '--maxmemory', '20mb');
    });

    afterAll(async () => {
      await server?.stop();
    });

    beforeEach(() => {
      troubles = [];
    });

    test('a killed server is failed answers, and hits again after its restart', async () => {
      const tier = await open();
      expect((await tier.store('key', patternBytes(100, 1), null)).kind).toBe('stored');
      await server.kill();
      expect((await tier.lookup('key')).kind).toBe('failed');
      expect((await tier.store('key', patternBytes(100, 2), null)).kind).toBe('failed');
      expect(await tier.remove('key')).toBe(false);
      await server.restart();
      await untilBack(tier);
      expect((await tier.store('key', patternBytes(100, 3), null)).kind).toBe('stored');
      expect((await tier.lookup('key')).kind).toBe('hit');
      expect(troubles.map((trouble) => trouble.kind)).toContain('failed');
      await tier.close();
    });

    test('it opens while the server is down, and connects when that is up', async () => {
      await server.kill();
      const tier = await open();
      expect((await tier.lookup('key')).kind).toBe('failed');
      await server.restart();
      await untilBack(tier);
      await tier.close();
    });

    test('a server that stops answering is failed within the deadline', async () => {
      const tier = await open({ deadlineMs: 100 });
      await untilBack(tier);
      server.freeze();
      const found = await tier.lookup('key');
      server.thaw();
      expect(found.kind).toBe('failed');
      await untilBack(tier);
      expect(troubles.map((trouble) => trouble.kind)).toContain('late');
      await tier.close();
    });

    test('a forged, swapped or foreign value is a miss and is removed', async () => {
      const tier = await open();
      const client = await connect();
      await client.flushAll();
      await tier.store('one', patternBytes(100, 1), null);
      const [name = ''] = await client.keys('glance-edge:*');
      await tier.store('two', patternBytes(100, 2), null);
      await client.sendCommand(['COPY', name, otherThan(name, await client.keys('*')), 'REPLACE']);
      expect((await tier.lookup('one')).kind).toBe('hit');
      expect(await tier.lookup('two')).toEqual({ kind: 'miss' });
      await client.set(name, 'anything');
      expect(await tier.lookup('one')).toEqual({ kind: 'miss' });
      expect(await client.keys('*')).toEqual([]);
      expect(troubles.map((trouble) => trouble.kind)).toEqual(['damaged', 'damaged']);
      client.destroy();
      await tier.close();
    });

    test('gateways share entries by sharing a secret, and do not disturb each other otherwise', async () => {
      const [tier, same, other] = [await open(), await open(), await open({ secret: 9 })];
      await tier.store('key', patternBytes(100, 1), null);
      expect((await same.lookup('key')).kind).toBe('hit');
      expect((await other.lookup('key')).kind).toBe('miss');
      expect((await tier.lookup('key')).kind).toBe('hit');
      for (const each of [tier, same, other]) await each.close();
    });

    test('an expiry is also the server’s, so that it reclaims the room', async () => {
      const tier = await open();
      const client = await connect();
      await client.flushAll();
      await tier.store('key', patternBytes(10, 1), clock.now() + 60_000);
      const [name = ''] = await client.keys('*');
      expect(await client.pTTL(name)).toBeGreaterThan(30_000);
      expect(await client.pTTL(name)).toBeLessThanOrEqual(60_000);
      await tier.store('key', patternBytes(10, 1), null);
      expect(await client.pTTL(name)).toBe(-1);
      await tier.store('key', patternBytes(10, 1), Number.MAX_SAFE_INTEGER);
      expect((await tier.lookup('key')).kind).toBe('hit');
      client.destroy();
      await tier.close();
    });

    test('a server without room refuses, and the value before is gone', async () => {
      const tier = await open();
      await tier.store('key', patternBytes(10, 1), null);
      await tier.store('filler', new Uint8Array(15 * 1024 * 1024), null);
      const stored = await tier.store('key', new Uint8Array(15 * 1024 * 1024), null);
      // The server looks at its memory before it takes a value, so one may still go over.
      const last =
        stored.kind === 'stored' ? await tier.store('key', new Uint8Array(10), null) : stored;
      expect(last).toEqual({ kind: 'refused', reason: 'full' });
      expect((await tier.lookup('key')).kind).toBe('miss');
      await tier.close();
    });

    test('a small hit has memory of its own, not the socket’s', async () => {
      const tier = await open();
      const client = await connect();
      await client.flushAll();
      await tier.store('key', patternBytes(10, 1), null);
      const found = await tier.lookup('key');
      expect(found.kind === 'hit' && found.bytes.buffer.byteLength).toBe(10);
      client.destroy();
      await tier.close();
    });

    test('a wrong password is failed answers that do not repeat it', async () => {
      const tier = await openRedisTier({
        ...common(),
        url: `redis://:hunter2@127.0.0.1:${server.port}`,
      });
      const found = await tier.lookup('key');
      if (found.kind !== 'failed') expect.fail('expected a failure');
      expect(inspect(found.cause)).not.toContain('hunter2');
      await tier.close();
    });
  },
);

function common() {
  const onTrouble = (trouble: TierTrouble) => troubles.push(trouble);
  return { secret: Buffer.alloc(32, 1), clock, timers: systemTimers, limits, onTrouble };
}

function open({ deadlineMs = limits.deadlineMs, secret = 1 } = {}) {
  return openRedisTier({
    ...common(),
    url: `redis://:swordfish@127.0.0.1:${server.port}`,
    secret: Buffer.alloc(32, secret),
    limits: { ...limits, deadlineMs },
  });
}

async function connect() {
  const socket = { host: '127.0.0.1', port: server.port };
  const client = createClient({ RESP: 2, password: 'swordfish', socket });
  await client.connect();
  return client;
}

/** Reconnecting has no event that a tier shows: asks until it answers. */
async function untilBack(tier: Tier): Promise<void> {
  await vi.waitUntil(async () => (await tier.lookup('probe')).kind !== 'failed', {
    timeout: 20_000,
    interval: 20,
  });
}

function otherThan(name: string, names: readonly string[]): string {
  return names.find((other) => other !== name) ?? '';
}
