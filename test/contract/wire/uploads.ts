// Bodies on their way up: whole, in chunks, or visibly broken.
import { expect } from 'vitest';
import { atRest } from '../../support/event-loop.ts';
import { aBody, aCall, answered, aRequest, failed, readAll } from '../../support/wire-calls.ts';
import { answerAfter, MiB, type Test, until } from './scene.ts';

export function describeUploads(test: Test): void {
  test('keeps an announced length', async ({ wire, origin }) => {
    const { url, peers } = await origin((peer) => answerAfter(peer, 'hello'));
    const request = aRequest(url, {
      method: 'PUT',
      headers: [['Content-Length', '5']],
      body: aBody(['he', '', 'llo']),
    });
    expect(answered(await wire.send(aCall(), request)).status).toBe(204);
    const sent = peers[0]?.received() ?? '';
    expect(sent.toLowerCase()).toContain('content-length: 5\r\n');
    expect(sent.slice(sent.indexOf('\r\n\r\n'))).toBe('\r\n\r\nhello');
  });

  test('sends a body of unknown length in chunks', async ({ wire, origin }) => {
    const { url, peers } = await origin((peer) => answerAfter(peer, '0\r\n\r\n'));
    const request = aRequest(url, { method: 'PUT', body: aBody(['he', 'llo']) });
    expect(answered(await wire.send(aCall(), request)).status).toBe(204);
    expect(peers[0]?.received()).toMatch(
      /transfer-encoding: chunked[\s\S]*\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n$/i,
    );
  });

  test('never makes a whole upload out of one that errors', async ({ wire, origin }) => {
    const { url, peers } = await origin((peer) => peer.closed);
    const request = aRequest(url, { method: 'PUT', body: aBody(['he', 'llo'], 'error') });
    expect(failed(await wire.send(aCall(), request))).toBe('given-up client-gone');
    await peers[0]?.closed;
    expect(peers[0]?.received()).not.toContain('0\r\n\r\n');
  });

  test('never makes a whole upload out of one that ends short', async ({ wire, origin }) => {
    for (const pieces of [[], ['he']]) {
      const { url, peers } = await origin((peer) => peer.closed);
      const request = aRequest(url, {
        method: 'PUT',
        headers: [['Content-Length', '5']],
        body: aBody(pieces),
      });
      expect(failed(await wire.send(aCall(), request))).toBe('given-up client-gone');
      await Promise.all(peers.map((peer) => peer.closed));
      expect(peers.map((peer) => peer.received()).join('')).not.toContain('content-length: 0');
    }
  });

  test('never makes a whole upload out of one whose client has gone', async ({ wire, origin }) => {
    const { url, peers } = await origin((peer) => peer.closed);
    const abort = new AbortController();
    const request = aRequest(url, { method: 'PUT', body: aBody(['hello'], 'stay') });
    const sending = wire.send(aCall(abort.signal), request);
    await until(() => peers[0]).then((peer) => peer.until((bytes) => bytes.includes('hello')));
    abort.abort();
    expect(failed(await sending)).toBe('given-up client-gone');
    await peers[0]?.closed;
    expect(peers[0]?.received()).not.toContain('0\r\n\r\n');
  });

  test('delivers an answer that comes before the body is up', async ({ wire, origin }) => {
    const { url, peers } = await origin(async (peer) => {
      await peer.until((bytes) => bytes.includes('hello'));
      await peer.say('HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbi');
    });
    const body = aBody(['hello'], 'stay');
    const request = aRequest(url, { method: 'PUT', body });
    const answer = answered(await wire.send(aCall(), request));
    // Let go, not cancelled: whose request it is may still want to read it.
    expect(body.locked).toBe(false);
    await peers[0]?.say('g');
    expect([answer.status, await readAll(answer.body)]).toEqual([413, 'big']);
    await peers[0]?.closed;
    expect(peers[0]?.received()).not.toContain('0\r\n\r\n');
  });

  test('takes no more of a body than the origin takes', async ({ wire, origin }) => {
    const { url, peers } = await origin((peer) => {
      peer.pause();
    });
    let given = 0;
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          given += MiB;
          controller.enqueue(new Uint8Array(MiB));
        },
      },
      { highWaterMark: 0 },
    );
    const abort = new AbortController();
    const sending = wire.send(aCall(abort.signal), aRequest(url, { method: 'PUT', body }));
    await until(() => peers[0]);
    expect(await atRest(() => given)).toBeLessThan(32 * MiB);
    abort.abort();
    expect(failed(await sending)).toBe('given-up client-gone');
  });
}
