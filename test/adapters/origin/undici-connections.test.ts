// What the wire on Node adds to the contract: connections, their number, their reuse, and TLS.
import { once } from 'node:events';
import { createServer, type Server } from 'node:tls';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import {
  createUndiciWire,
  type UndiciWire,
  type UndiciWireOptions,
} from '../../../src/adapters/origin/undici-wire.ts';
import { atRest } from '../../support/event-loop.ts';
import { createManualTimers } from '../../support/manual-timers.ts';
import { type Peer, startScriptedOrigin } from '../../support/scripted-origin.ts';
import { createSelfSigned } from '../../support/self-signed.ts';
import { aCall, answered, aRequest, failed, readAll } from '../../support/wire-calls.ts';

const CONNECT_MS = 500;
const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(cleanups.splice(0).map((cleanup) => cleanup()));
});

function createWire(options: Partial<UndiciWireOptions> = {}): UndiciWire {
  const wire = createUndiciWire({
    connectMs: CONNECT_MS,
    answerMs: 60_000,
    uploadMs: 60_000,
    stallMs: 60_000,
    connections: 2,
    cas: {},
    timers: createManualTimers(),
    ...options,
  });
  cleanups.push(() => wire.close());
  return wire;
}

async function startOrigin(script: (peer: Peer) => Promise<void> | void) {
  const origin = await startScriptedOrigin(script);
  cleanups.push(() => origin.close());
  return origin;
}

describe('the connections of the undici wire', () => {
  it('are used again after a body that was read to its end', async () => {
    const wire = createWire();
    const { url, peers } = await startOrigin(async (peer) => {
      for (let requests = 1; ; requests += 1) {
        await peer.until((bytes) => bytes.split('\r\n\r\n').length > requests);
        await peer.say('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi');
      }
    });
    for (const _ of ['first', 'second']) {
      const answer = answered(await wire.send(aCall(), aRequest(url)));
      expect(await readAll(answer.body)).toBe('hi');
      // The pool gives a connection one turn to close itself before it trusts it again.
      await atRest(() => peers.length);
    }
    expect(peers).toHaveLength(1);
  });

  it('are no more than allowed; who waits too long for one was never sent', async () => {
    const timers = createManualTimers();
    const wire = createWire({ connections: 1, timers });
    const { url, peers } = await startOrigin(async (peer) => {
      await peer.until((bytes) => bytes.includes('/first'));
      await peer.say('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nh');
    });
    const first = answered(await wire.send(aCall(), aRequest(url, { target: '/first' })));
    const second = wire.send(aCall(), aRequest(url, { target: '/second', method: 'DELETE' }));
    timers.advance(CONNECT_MS);
    expect(failed(await second)).toBe('unsent origin-unreachable');

    await peers[0]?.say('i');
    expect(await readAll(first.body)).toBe('hi');
    const third = wire.send(aCall(), aRequest(url, { target: '/third' }));
    await peers[0]?.until((bytes) => bytes.includes('/third'));
    expect(peers).toHaveLength(1);
    expect(peers[0]?.received()).not.toContain('/second');
    peers[0]?.end();
    expect(failed(await third)).toBe('cut origin-unreachable');
  });

  it('are given up when they are not made in time', async () => {
    const timers = createManualTimers();
    const wire = createWire({ timers });
    const { port, peers } = await startOrigin((peer) => peer.closed);
    const sending = wire.send(aCall(), aRequest(`https://127.0.0.1:${port}`, { method: 'POST' }));
    // The greeting of TLS has come, an answer to it never will.
    while (peers[0] === undefined) await new Promise((resolve) => setImmediate(resolve));
    await peers[0].until((bytes) => bytes.length > 0);
    timers.advance(CONNECT_MS);
    expect(failed(await sending)).toBe('unsent origin-unreachable');
  });

  it('are unsent for a name that does not resolve', async () => {
    const wire = createWire();
    const outcome = await wire.send(aCall(), aRequest('http://nobody.invalid'));
    expect(failed(outcome)).toBe('unsent origin-unreachable');
  });

  it('take a long head, but not one without end', async () => {
    const wire = createWire();
    const { url } = await startOrigin(async (peer) => {
      const long = 'x'.repeat((await peer.head()).includes('/long') ? 50_000 : 70_000);
      await peer.say(`HTTP/1.1 204 No Content\r\nX-Long: ${long}\r\n\r\n`);
    });
    expect(answered(await wire.send(aCall(), aRequest(url, { target: '/long' }))).status).toBe(204);
    expect(failed(await wire.send(aCall(), aRequest(url)))).toBe('cut origin-unreachable');
  });

  it('end with the wire, those in use too', async () => {
    const wire = createWire();
    const { url, peers } = await startOrigin(async (peer) => {
      await peer.head();
      await peer.say('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhe');
    });
    const { body } = answered(await wire.send(aCall(), aRequest(url)));
    await wire.close();
    await expect(readAll(body)).rejects.toMatchObject({ code: 'origin-cut' });
    await peers[0]?.closed;
    expect(failed(await wire.send(aCall(), aRequest(url)))).toBe('unsent origin-unreachable');
  });

  it('refuse a target that no request line can hold', async () => {
    const wire = createWire();
    const outcome = await wire.send(aCall(), aRequest('http://127.0.0.1:9', { target: '/a b' }));
    expect(failed(outcome)).toBe('given-up internal');
  });
});

describe('an answer in whatever pieces it arrives', () => {
  it('is the same answer', async () => {
    const wire = createWire();
    const text = 'HTTP/1.1 200 OK\r\nX-A: 1\r\nTransfer-Encoding: chunked\r\n\r\n';
    const whole = `${text}6\r\nhello \r\n5\r\nworld\r\n0\r\n\r\n`;
    const cuts = fc.uniqueArray(fc.nat(whole.length), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(cuts, async (places) => {
        const edges = [0, ...places.toSorted((a, b) => a - b), whole.length];
        const origin = await startScriptedOrigin(async (peer) => {
          await peer.head();
          for (const [at, edge] of edges.entries()) {
            const piece = whole.slice(edge, edges[at + 1]);
            if (piece !== '') await peer.say(piece);
          }
        });
        const answer = answered(await wire.send(aCall(), aRequest(origin.url)));
        expect(await readAll(answer.body)).toBe('hello world');
        await origin.close();
      }),
      { numRuns: 50 },
    );
  });
});

describe('TLS to an origin', () => {
  async function startTls(): Promise<{ url: string; cert: string }> {
    const { cert, key } = createSelfSigned();
    const server: Server = createServer({ cert, key }, (socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanups.push(async () => {
      server.close();
      await once(server, 'close');
    });
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return { url: `https://127.0.0.1:${address.port}`, cert };
  }

  it('trusts the authority of the region, and in no other region', async () => {
    const { url, cert } = await startTls();
    const wire = createWire({ cas: { RegionTwo: cert } });
    const answer = answered(await wire.send(aCall(), aRequest(url, { region: 'RegionTwo' })));
    expect(await readAll(answer.body)).toBe('hi');
    const elsewhere = await wire.send(aCall(), aRequest(url, { region: 'RegionOne' }));
    expect(failed(elsewhere)).toBe('unsent origin-unreachable');
  });
});
