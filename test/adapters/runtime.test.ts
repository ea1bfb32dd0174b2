// What the runtimes lend, and whether the rest of Node takes the memory that ours hands out.

import { once } from 'node:events';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  createBackground,
  createBuffers,
  randomIds,
  systemClock,
  systemTimers,
} from '../../src/adapters/node/runtime.ts';
import {
  createPlainBackground,
  createPlainBuffers,
  plainClock,
  plainIds,
  plainTimers,
} from '../../src/adapters/plain-runtime.ts';
import { startScriptedOrigin } from '../support/scripted-origin.ts';

describe.each([
  ['Node', systemClock, systemTimers, randomIds, createBuffers()],
  ['Workers', plainClock, plainTimers, plainIds, createPlainBuffers()],
] as const)('the runtime of %s', (_, clock, timers, ids, buffers) => {
  it('tells the time in epoch milliseconds', () => {
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(60_000);
  });

  it('runs work later, unless that was cancelled', async () => {
    const done: string[] = [];
    const cancel = timers.after(0, () => done.push('cancelled'));
    cancel();
    await new Promise<void>((resolve) => {
      timers.after(0, () => {
        done.push('first');
        resolve();
      });
      timers.after(2 ** 40, () => done.push('in some decades'));
    });
    expect(done).toEqual(['first']);
  });

  it('gives out no name twice', () => {
    const names = Array.from({ length: 100 }, () => ids.uuid());
    expect(new Set(names).size).toBe(100);
    expect(names[0]).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  it('allocates zeroed memory in blocks of exactly that size', () => {
    for (const size of [0, 1, 4096, 4 * 1024 * 1024]) {
      const bytes = buffers.allocate(size);
      expect([bytes.byteLength, bytes.byteOffset, bytes.buffer.byteLength]).toEqual([
        size,
        0,
        size,
      ]);
      expect(bytes.every((byte) => byte === 0)).toBe(true);
    }
  });
});

describe('shared memory', () => {
  const SIZE = 200_000;
  function sample(): Uint8Array {
    return createBuffers().allocate(SIZE).fill(0x61).subarray(1);
  }

  it('goes through files, both ways', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'shared-memory-'));
    const path = join(folder, 'chunk');
    const file = await open(path, 'w+');
    await file.writev([new Uint8Array([0x62]), sample()]);
    const back = createBuffers().allocate(SIZE);
    await file.read(back, 0, SIZE, 0);
    await file.close();
    expect(Buffer.from(back).toString('latin1')).toBe(`b${'a'.repeat(SIZE - 1)}`);
    await writeFile(path, sample());
    expect(await readFile(path, 'latin1')).toBe('a'.repeat(SIZE - 1));
    await rm(folder, { recursive: true });
  });

  it('goes through sockets', async () => {
    const origin = await startScriptedOrigin(() => {});
    const socket = connect(origin.port, '127.0.0.1');
    socket.write(sample());
    socket.end('.');
    while (origin.peers[0] === undefined) await new Promise((resolve) => setImmediate(resolve));
    const received = await origin.peers[0].until((bytes) => bytes.endsWith('.'));
    expect(received).toBe(`${'a'.repeat(SIZE - 1)}.`);
    await origin.close();
  });

  it('goes through an HTTP answer, and through a web stream', async () => {
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(sample());
        controller.close();
      },
    });
    const server = createServer(async (_, answer) => {
      for await (const piece of stream) answer.write(piece);
      answer.end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const answer = await fetch(`http://127.0.0.1:${address.port}/`);
    expect(await answer.text()).toBe('a'.repeat(SIZE - 1));
    server.close();
    server.closeAllConnections();
  });
});

describe('background work', () => {
  it('is drained with all that it starts, and its failures are told', async () => {
    const errors: unknown[] = [];
    const background = createBackground({ onError: (cause) => errors.push(cause) });
    const done: string[] = [];
    const first = Promise.withResolvers<void>();
    background.keep(
      first.promise.then(() => {
        done.push('first');
        background.keep(Promise.resolve().then(() => done.push('second')));
      }),
    );
    background.keep(Promise.reject(new Error('broken')));
    const drained = background.drain();
    first.resolve();
    await drained;
    expect(done).toEqual(['first', 'second']);
    expect(errors).toEqual([new Error('broken')]);
  });

  it('on Workers is what the runtime waits for', async () => {
    const errors: unknown[] = [];
    const awaited: Promise<unknown>[] = [];
    const background = createPlainBackground({
      onError: (cause) => errors.push(cause),
      waitUntil: (work) => awaited.push(work),
    });
    background.keep(Promise.reject(new Error('broken')));
    await Promise.all(awaited);
    expect([awaited.length, errors]).toEqual([1, [new Error('broken')]]);
  });
});
