import { MessageChannel } from 'node:worker_threads';
import { afterEach, expect, it } from 'vitest';
import {
  type Carrier,
  type Channel,
  createChannel,
  PeerGone,
  type Topic,
} from '../../../src/entry/workers/channel.ts';

const doubled: Topic<number, number> = { name: 'doubled' };
const bytes: Topic<Uint8Array, Uint8Array> = { name: 'bytes' };
const news: Topic<string> = { name: 'news' };

const open: { close(): void }[] = [];
afterEach(() => {
  for (const end of open.splice(0)) end.close();
});

it('answers what is asked, each asker with its own answer', async () => {
  const { here, there } = pair();
  const early: (() => void)[] = [];
  there.on(doubled, async (number) => {
    // The first question is answered last.
    if (number === 1) await new Promise<void>((resolve) => early.push(resolve));
    if (number === 3) for (const resolve of early) resolve();
    return number * 2;
  });

  expect(await Promise.all([1, 2, 3].map((number) => here.ask(doubled, number)))).toEqual([
    2, 4, 6,
  ]);
});

it('carries bytes as bytes', async () => {
  const { here, there } = pair();
  there.on(bytes, (sent) => sent.map((byte) => byte + 1));

  expect(await here.ask(bytes, new Uint8Array([1, 2, 3]))).toEqual(new Uint8Array([2, 3, 4]));
});

it('delivers what is told in order, before what is asked later', async () => {
  const { here, there } = pair();
  const heard: string[] = [];
  there.on(news, (text) => void heard.push(text));
  there.on(doubled, (number) => number * 2);

  here.tell(news, 'one');
  here.tell(news, 'two');
  await here.ask(doubled, 1);

  expect(heard).toEqual(['one', 'two']);
});

it('says why there is no answer, in the words of the other end', async () => {
  const { here, there } = pair();
  there.on(doubled, () => {
    throw new Error('No numbers today.');
  });

  await expect(here.ask(doubled, 1)).rejects.toThrow('No numbers today.');
  await expect(here.ask(bytes, new Uint8Array())).rejects.toThrow('"bytes"');
});

it('rejects what is asked, then and later, when the other end has gone', async () => {
  const { here, there, leave } = pair();
  there.on(doubled, () => {
    leave();
    return new Promise(() => undefined);
  });

  await expect(here.ask(doubled, 1)).rejects.toThrow(PeerGone);
  await expect(here.ask(doubled, 1)).rejects.toThrow(PeerGone);
  here.tell(news, 'to nobody');
  let told = 0;
  here.onGone(() => {
    told += 1;
  });
  expect(told).toBe(1);
});

it('counts what has not left yet', () => {
  const sent: (() => void)[] = [];
  const carrier: Carrier = {
    send: (_, done) => void sent.push(done),
    onMessage: () => undefined,
    onGone: () => undefined,
  };
  const channel = createChannel(carrier);

  channel.tell(news, 'one');
  channel.tell(news, 'two');
  expect(channel.backlog()).toBe(2);
  sent[0]?.();
  expect(channel.backlog()).toBe(1);
});

/** Two ends of a line in one process. */
function pair(): { here: Channel; there: Channel; leave: () => void } {
  const { port1, port2 } = new MessageChannel();
  open.push(port1, port2);
  return {
    here: createChannel(carrierOf(port1)),
    there: createChannel(carrierOf(port2)),
    leave: () => port2.close(),
  };
}

function carrierOf(port: MessageChannel['port1']): Carrier {
  return {
    send(message, sent) {
      port.postMessage(message);
      sent();
    },
    onMessage: (listener) => void port.on('message', listener),
    onGone: (listener) => void port.once('close', listener),
  };
}
