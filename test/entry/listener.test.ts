// The end of a listener: what is being answered is answered first.
import { expect, test } from 'vitest';
import { listen } from '../../src/entry/listener.ts';
import { createGate } from '../support/gate.ts';

test('a stopped listener is idle when the last answer has been written, one without a body too', async () => {
  const asked = createGate();
  const answering = createGate();
  const listener = await listen({
    address: { host: '127.0.0.1', port: 0 },
    tls: null,
    headerBytes: 8192,
    connections: null,
    idleMs: 60_000,
    workers: 1,
    async fetch() {
      asked.open();
      await answering.opened;
      return new Response(null, { status: 204 });
    },
  });
  const answer = fetch(listener.url);
  await asked.opened;
  let idle = false;
  const stopped = listener.stop().then(() => {
    idle = true;
  });
  expect(idle).toBe(false);
  answering.open();
  await stopped;
  await listener.close();
  expect((await answer).status).toBe(204);
});
