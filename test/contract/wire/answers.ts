// What a wire hears from the origin.
import { expect } from 'vitest';
import { atRest } from '../../support/event-loop.ts';
import { aCall, answered, aRequest, readAll } from '../../support/wire-calls.ts';
import { answerThenEnd, answerWith, MiB, type Test } from './scene.ts';

export function describeAnswers(test: Test): void {
  test('gives status and headers as they came', async ({ wire, origin }) => {
    const head = 'HTTP/1.1 206 Partial\r\nX-Z: 1\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nX-Y: 2\r\n';
    const { url } = await origin((peer) => answerWith(peer, `${head}Content-Length: 0\r\n\r\n`));
    const answer = answered(await wire.send(aCall(), aRequest(url)));
    expect(answer.status).toBe(206);
    expect(answer.headers).toEqual([
      ['X-Z', '1'],
      ['Set-Cookie', 'a'],
      ['Set-Cookie', 'b'],
      ['X-Y', '2'],
      ['Content-Length', '0'],
    ]);
  });

  test('takes a redirect for an answer', async ({ wire, origin }) => {
    const answer302 = 'HTTP/1.1 302 Found\r\nLocation: /v2/\r\nContent-Length: 2\r\n\r\nhi';
    const { url, peers } = await origin((peer) => answerWith(peer, answer302));
    const answer = answered(await wire.send(aCall(), aRequest(url)));
    expect([answer.status, await readAll(answer.body)]).toEqual([302, 'hi']);
    expect(peers[0]?.received().match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  test('leaves a coded body as it is', async ({ wire, origin }) => {
    const coded = 'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nzzzz';
    const { url } = await origin((peer) => answerWith(peer, coded));
    const answer = answered(await wire.send(aCall(), aRequest(url)));
    expect(await readAll(answer.body)).toBe('zzzz');
  });

  test('knows where a body ends: by length, by chunks, by the end', async ({ wire, origin }) => {
    const framings = [
      'Content-Length: 5\r\n\r\nhello',
      'Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nX-T: 1\r\n\r\n',
      'Connection: close\r\n\r\nhello',
    ];
    for (const framing of framings) {
      const { url } = await origin((peer) => answerThenEnd(peer, `HTTP/1.1 200 OK\r\n${framing}`));
      const { body } = answered(await wire.send(aCall(), aRequest(url)));
      expect(await readAll(body)).toBe('hello');
      expect(await body.read()).toBeNull();
    }
  });

  test('has no body where there is none to have', async ({ wire, origin }) => {
    for (const [method, head] of [
      ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'],
      ['DELETE', 'HTTP/1.1 204 No Content\r\n\r\n'],
    ] as const) {
      const { url } = await origin((peer) => answerWith(peer, head));
      const { body } = answered(await wire.send(aCall(), aRequest(url, { method })));
      expect(await readAll(body)).toBe('');
    }
  });

  test('passes over informational answers', async ({ wire, origin }) => {
    const { url } = await origin((peer) =>
      answerWith(
        peer,
        'HTTP/1.1 103 Early Hints\r\nX: 1\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi',
      ),
    );
    const answer = answered(await wire.send(aCall(), aRequest(url)));
    expect([answer.status, await readAll(answer.body)]).toEqual([200, 'hi']);
  });

  test('holds an origin back while nobody reads', async ({ wire, origin }) => {
    const size = 64 * MiB;
    const { url, peers } = await origin(async (peer) => {
      await peer.head();
      await peer.say(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`);
      for (let sent = 0; sent < size; sent += MiB) await peer.say(new Uint8Array(MiB).fill(7));
    });
    const { body } = answered(await wire.send(aCall(), aRequest(url)));
    await body.read();
    // What the kernel holds for two loopback sockets is part of it.
    expect(await atRest(() => peers[0]?.sent() ?? 0)).toBeLessThan(size / 2);
    expect(peers[0]?.blocked()).toBe(true);
    let rest = 0;
    for (let piece = await body.read(); piece !== null; piece = await body.read()) {
      rest += piece.byteLength;
    }
    expect(rest).toBeGreaterThan(size / 2);
  });

  test('closes the connection of a body that is cancelled', async ({ wire, origin }) => {
    const { url, peers } = await origin((peer) =>
      answerWith(peer, 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhe'),
    );
    const { body } = answered(await wire.send(aCall(), aRequest(url)));
    expect(await body.read()).not.toBeNull();
    const waiting = body.read();
    body.cancel();
    body.cancel();
    await expect(waiting).rejects.toMatchObject({ code: 'client-gone' });
    await peers[0]?.closed;
  });
}
