// What becomes of hashes when their thread dies.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createThreadedDigests } from '../../../src/adapters/node/digests.ts';
import { startHashWorker } from '../../../src/adapters/node/hash-worker.ts';

const BYTES = new Uint8Array(100_000).fill(5);

/** No OpenSSL has it, so a thread that is asked for it dies. */
const DEADLY = { ask: 'update', digest: 0, algorithm: 'no-such-hash', bytes: BYTES } as const;

describe('a hashing thread', () => {
  it('replies in the order in which it was asked', async () => {
    const worker = startHashWorker();
    const order: number[] = [];
    const asks = [3_000_000, 10, 500_000, 0].map(async (size, at) => {
      const reply = await worker.ask({ ask: 'chunk', bytes: new Uint8Array(size) });
      order.push(at);
      expect(reply).toBe(createHash('sha256').update(new Uint8Array(size)).digest('hex'));
    });
    await Promise.all(asks);
    expect(order).toEqual([0, 1, 2, 3]);
    expect(worker.pendingBytes).toBe(0);
    await worker.end();
  });

  it('that dies fails what it owes, and says so from then on', async () => {
    const worker = startHashWorker();
    const owed = await Promise.allSettled([
      worker.ask(DEADLY),
      worker.ask({ ask: 'chunk', bytes: BYTES }),
    ]);
    expect(owed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(worker.alive).toBe(false);
    await expect(worker.ask({ ask: 'chunk', bytes: BYTES })).rejects.toThrow('ended');
  });
});

describe('a pool whose thread has died', () => {
  it('fails the images that were with it, and takes the next ones to a new thread', async () => {
    const started: ReturnType<typeof startHashWorker>[] = [];
    const digests = createThreadedDigests({
      secret: 'x',
      threads: 1,
      startWorker() {
        const worker = startHashWorker();
        started.push(worker);
        return worker;
      },
    });
    const image = digests.image('sha256');
    await image?.update(BYTES);
    await expect(started[0]?.ask(DEADLY)).rejects.toThrow('ended');
    await expect(image?.update(BYTES)).rejects.toThrow('ended');
    image?.discard();

    const next = digests.image('sha256');
    await next?.update(BYTES);
    expect(await next?.finish()).toBe(createHash('sha256').update(BYTES).digest('hex'));
    expect(await digests.chunk(BYTES)).toBe(createHash('sha256').update(BYTES).digest('hex'));
    expect(started).toHaveLength(2);
    await digests.close();
  });

  it('starts no thread for what is small', async () => {
    const digests = createThreadedDigests({
      secret: 'x',
      startWorker() {
        throw new Error('a thread was started');
      },
    });
    const image = digests.image('sha256');
    for (const _ of [1, 2, 3]) await image?.update(new Uint8Array(1000));
    expect(await image?.finish()).toHaveLength(64);
    expect(await digests.chunk(new Uint8Array(64 * 1024))).toHaveLength(64);
    await digests.close();
  });
});
