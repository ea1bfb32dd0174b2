// Deadlines and clients that go away.
import { expect } from 'vitest';
import { atRest } from '../../support/event-loop.ts';
import { aCall, answered, aRequest, failed } from '../../support/wire-calls.ts';
import { answerWith, DEADLINE_MS, MiB, type Test, until } from './scene.ts';

export function describePatience(test: Test): void {
  test('gives up when no answer comes in time', async ({ wire, origin, timers }) => {
    const { url, peers } = await origin((peer) => peer.closed);
    const sending = wire.send(aCall(), aRequest(url));
    await (await until(() => peers[0])).head();
    timers.advance(DEADLINE_MS);
    expect(failed(await sending)).toBe('given-up origin-timeout');
    await peers[0]?.closed;
    expect(timers.pending()).toBe(0);
  });

  test('gives a slow upload all the time it needs, then counts', async ({
    wire,
    origin,
    timers,
  }) => {
    const { url, peers } = await origin((peer) => peer.closed);
    const source = new TransformStream<Uint8Array, Uint8Array>();
    const writer = source.writable.getWriter();
    const request = aRequest(url, { method: 'PUT', body: source.readable });
    const sending = wire.send(aCall(), request);
    for (const piece of ['one', 'two', 'three']) {
      await writer.write(Buffer.from(piece));
      await (await until(() => peers[0])).until((bytes) => bytes.includes(piece));
      timers.advance(DEADLINE_MS * 0.9);
    }
    await writer.close();
    await peers[0]?.until((bytes) => bytes.includes('0\r\n\r\n'));
    timers.advance(DEADLINE_MS);
    expect(failed(await sending)).toBe('given-up origin-timeout');
  });

  test('gives up on an origin that takes no more of an upload', async ({
    wire,
    origin,
    timers,
  }) => {
    const { url, peers } = await origin((peer) => {
      peer.pause();
    });
    let given = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        given += 1;
        controller.enqueue(new Uint8Array(MiB));
      },
    });
    const sending = wire.send(aCall(), aRequest(url, { method: 'PUT', body }));
    await until(() => peers[0]);
    await atRest(() => given);
    timers.advance(DEADLINE_MS * 1.5);
    expect(failed(await sending)).toBe('given-up origin-timeout');
  });

  test('gives up on a body that stalls, after what has arrived', async ({
    wire,
    origin,
    timers,
  }) => {
    const { url, peers } = await origin((peer) =>
      answerWith(peer, 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhe'),
    );
    const { body } = answered(await wire.send(aCall(), aRequest(url)));
    expect(await body.read()).toHaveLength(2);
    const waiting = body.read();
    timers.advance(DEADLINE_MS * 0.9);
    await peers[0]?.say('l');
    expect(await waiting).toHaveLength(1);
    const stalled = body.read();
    timers.advance(DEADLINE_MS * 1.5);
    await expect(stalled).rejects.toMatchObject({ code: 'origin-timeout' });
    await peers[0]?.closed;
    expect(timers.pending()).toBe(0);
  });

  test('stops at once for a client that has gone', async ({ wire, origin }) => {
    const { url, peers } = await origin((peer) => peer.closed);
    const gone = aCall(AbortSignal.abort());
    expect(failed(await wire.send(gone, aRequest(url)))).toBe('given-up client-gone');
    expect(peers).toHaveLength(0);

    const abort = new AbortController();
    const sending = wire.send(aCall(abort.signal), aRequest(url));
    await (await until(() => peers[0])).head();
    abort.abort();
    expect(failed(await sending)).toBe('given-up client-gone');
    await peers[0]?.closed;
  });

  test('stops a body for a client that has gone', async ({ wire, origin }) => {
    const { url, peers } = await origin((peer) =>
      answerWith(peer, 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhe'),
    );
    const abort = new AbortController();
    const { body } = answered(await wire.send(aCall(abort.signal), aRequest(url)));
    await body.read();
    abort.abort();
    await expect(body.read()).rejects.toMatchObject({ code: 'client-gone' });
    await peers[0]?.closed;
  });
}
