// Connections that end too early, at every byte where it matters.
import { expect } from 'vitest';
import { aBody, aCall, answered, aRequest, failed, readAll } from '../../support/wire-calls.ts';
import { answerThenEnd, answerWith, type Test } from './scene.ts';

export function describeCuts(test: Test): void {
  test('says unsent when nobody listens', async ({ wire, origin }) => {
    const { url, close } = await origin(() => {});
    await close();
    const outcome = await wire.send(aCall(), aRequest(url, { method: 'DELETE' }));
    expect(failed(outcome)).toBe('unsent origin-unreachable');
  });

  test('leaves the body untouched when nobody listens', async ({ wire, origin }) => {
    const { url, close } = await origin(() => {});
    await close();
    const body = aBody(['hello']);
    const request = aRequest(url, { method: 'PUT', body });
    expect(failed(await wire.send(aCall(), request))).toBe('unsent origin-unreachable');
    expect(body.locked).toBe(false);
    expect(await new Response(body).text()).toBe('hello');
  });

  test('says cut when the connection ends at any byte of the head', async ({ wire, origin }) => {
    const head = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n';
    for (let length = 0; length < head.length; length += 1) {
      const { url } = await origin((peer) => answerThenEnd(peer, head.slice(0, length)));
      expect(failed(await wire.send(aCall(), aRequest(url)))).toBe('cut origin-unreachable');
    }
  });

  const FRAMED = [
    'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world',
    'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 11\r\n\r\nhello world',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nhello \r\n5\r\nworld\r\n0\r\n\r\n',
  ];

  test('says origin-cut when the connection ends at any byte of the body', async ({
    wire,
    origin,
  }) => {
    for (const whole of FRAMED) {
      for (let at = whole.indexOf('\r\n\r\n') + 4; at < whole.length; at += 1) {
        const { url } = await origin((peer) => answerThenEnd(peer, whole.slice(0, at)));
        const { body } = answered(await wire.send(aCall(), aRequest(url)));
        await expect(readAll(body)).rejects.toMatchObject({ code: 'origin-cut' });
        await expect(body.read()).rejects.toMatchObject({ code: 'origin-cut' });
      }
    }
  });

  test('says origin-cut when the connection is reset in the body', async ({ wire, origin }) => {
    for (const whole of FRAMED) {
      const { url, peers } = await origin((peer) => answerWith(peer, whole.slice(0, -3)));
      const { body } = answered(await wire.send(aCall(), aRequest(url)));
      peers[0]?.reset();
      await expect(readAll(body)).rejects.toMatchObject({ code: 'origin-cut' });
    }
  });

  test('says origin-cut for a reset even where only the end ends the body', async ({
    wire,
    origin,
  }) => {
    const { url, peers } = await origin((peer) =>
      answerWith(peer, 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello'),
    );
    const { body } = answered(await wire.send(aCall(), aRequest(url)));
    expect(await body.read()).not.toBeNull();
    peers[0]?.reset();
    await expect(readAll(body)).rejects.toMatchObject({ code: 'origin-cut' });
  });
}
