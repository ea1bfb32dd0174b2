// How workers end, and what is left then: a killed one is replaced and takes nobody else's download
// along, the gateway's end is everybody's, and what can't start says why.

import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createGate } from '../support/gate.ts';
import { isDownload } from '../support/ledger.ts';
import { ask, looksWhole, startAsking } from './stage/client.ts';
import { filePath } from './stage/edge.ts';
import { openRawClient } from './stage/raw-client.ts';
import { eventually, KIB, MIB, replies, settled, verdict, verdicts } from './stage/scene.ts';
import { clientsOfTwo, workersOf } from './stage/worker-clients.ts';
import { openWorkers, openWorkersScene, TIMEOUT_MS } from './stage/workers-scene.ts';

vi.setConfig({ testTimeout: TIMEOUT_MS });

const SIZE = 3 * MIB + 17;
/** Answered by a worker itself: there is no such region. */
const NOWHERE = '/regions/none/v2/images';
/** Small steps, so that what a client has seen tells how far the fill is. */
const TIGHT = { limits: { fill_buffers: '256KiB', fill_lanes: 1 } };

test.each(['yes', 'no'] as const)(
  'when the worker that fetches is killed, the other one goes on for its clients (ranges: %s)',
  async (ranges) => {
    const { origin, edge } = await openWorkersScene({ ranges }, TIGHT);
    const image = await origin.seed({ size: SIZE });
    const gate = createGate();
    const trouble = { kind: 'stall', at: 100 * KIB, until: gate.opened } as const;
    // Without ranges the first call is the one that finds that out.
    const times = ranges === 'no' ? 2 : 1;
    const stall = origin.trouble({ on: isDownload, trouble, times });
    const [one, other] = await clientsOfTwo(edge);
    const leading = one.startAsking(filePath(image));
    await leading.received(40 * KIB);
    const following = other.startAsking(filePath(image));
    await following.received(40 * KIB);
    await stall.struck;
    process.kill(one.pid, 'SIGKILL');
    expect(looksWhole(await leading.reply)).toBe(false);
    expect(verdict(await following.reply, image.data)).toBe('right');
    gate.open();
    await eventually(async () => (await workersOf(edge)).length === 2);
    await eventually(
      async () => (await ask(`${edge.admin}/readyz`, { token: null })).status === 200,
    );
    await settled(edge);
    const [third, fourth] = await clientsOfTwo(edge);
    for (const client of [third, fourth]) {
      expect(verdict(await client.ask(filePath(image)), image.data)).toBe('right');
    }
  },
);

test('when the worker that follows is killed, nobody else feels it', async () => {
  const { origin, edge } = await openWorkersScene({}, TIGHT);
  const image = await origin.seed({ size: SIZE });
  const gate = createGate();
  const trouble = { kind: 'stall', at: 100 * KIB, until: gate.opened } as const;
  const stall = origin.trouble({ on: isDownload, trouble, times: 1 });
  const [one, other] = await clientsOfTwo(edge);
  const leading = one.startAsking(filePath(image));
  await leading.received(40 * KIB);
  const following = other.startAsking(filePath(image));
  await following.received(40 * KIB);
  await stall.struck;
  process.kill(other.pid, 'SIGKILL');
  expect(looksWhole(await following.reply)).toBe(false);
  gate.open();
  expect(verdict(await leading.reply, image.data)).toBe('right');
  await origin.ledger.idle();
  expect(origin.ledger.imageBytes() / SIZE).toBe(1);
});

test('a client whose connection was on its way to a worker that dies is told', async () => {
  const { edge } = await openWorkersScene({}, { cache: { memory: '1MiB' }, rest: { workers: 3 } });
  const [stopped = 0] = await workersOf(edge);
  process.kill(stopped, 'SIGSTOP');
  // The stopped one is handed one of them, and takes no other before it has taken that.
  const asked = Array.from({ length: 6 }, () => ask(edge.url + NOWHERE, { token: null }));
  const answered = Promise.withResolvers<void>();
  let count = 0;
  for (const reply of asked) {
    void reply.then(() => {
      count += 1;
      if (count === asked.length - 1) answered.resolve();
    });
  }
  await answered.promise;
  process.kill(stopped, 'SIGKILL');
  const statuses = (await Promise.all(asked)).map(({ status }) => status);
  expect(statuses.toSorted((a, b) => a - b)).toEqual([0, 404, 404, 404, 404, 404]);
});

test('transfers of all workers run to their end when the end is asked for', async () => {
  const { origin, edge } = await openWorkersScene({}, { ...TIGHT, timeouts: { drain: '60s' } });
  const image = await origin.seed({ size: SIZE });
  const gate = createGate();
  const trouble = { kind: 'stall', at: 100 * KIB, until: gate.opened } as const;
  const stall = origin.trouble({ on: isDownload, trouble, times: 1 });
  const running = (await clientsOfTwo(edge)).map((client) => client.startAsking(filePath(image)));
  await stall.struck;
  await Promise.all(running.map((transfer) => transfer.received(40 * KIB)));
  edge.signal('SIGTERM');
  await eventually(async () => (await ask(edge.url)).error === 'ECONNREFUSED');
  gate.open();
  expect(verdicts(await replies(running), image.data)).toEqual(['right']);
  expect(await edge.exited).toBe(0);
});

test('a client whose connection comes when no worker listens any more is told', async () => {
  const { origin, edge } = await openWorkersScene({}, { ...TIGHT, timeouts: { drain: '60s' } });
  const image = await origin.seed({ size: SIZE });
  const gate = createGate();
  const trouble = { kind: 'stall', at: 100 * KIB, until: gate.opened } as const;
  const stall = origin.trouble({ on: isDownload, trouble, times: 1 });
  const running = startAsking(edge.url + filePath(image));
  await stall.struck;
  const workers = await workersOf(edge);
  for (const pid of workers) process.kill(pid, 'SIGSTOP');
  edge.signal('SIGTERM');
  const readiness = () => ask(`${edge.admin}/readyz`, { token: null });
  // Whichever worker is handed the connection has been told before to take none.
  await eventually(async () => (await readiness()).body.includes('draining'));
  const late = openRawClient(edge.url);
  await late.say(`GET ${NOWHERE} HTTP/1.1\r\nHost: images.example\r\n\r\n`);
  // The primary has handed it over by the time it answers a request that came after it.
  await readiness();
  for (const pid of workers) process.kill(pid, 'SIGCONT');
  expect(await late.ended).toBe('');
  gate.open();
  expect(verdict(await running.reply, image.data)).toBe('right');
  expect(await edge.exited).toBe(0);
});

test('workers do not outlive their primary', async () => {
  const { origin, edge } = await openWorkersScene();
  const image = await origin.seed({ size: SIZE });
  const workers = await workersOf(edge);
  expect(workers).toHaveLength(2);
  const gate = createGate();
  const trouble = { kind: 'stall', at: 100 * KIB, until: gate.opened } as const;
  const stall = origin.trouble({ on: isDownload, trouble, times: 1 });
  const running = startAsking(edge.url + filePath(image));
  await stall.struck;
  edge.signal('SIGKILL');
  expect(looksWhole(await running.reply)).toBe(false);
  await eventually(async () => (await Promise.all(workers.map(isGone))).every(Boolean));
  gate.open();
});

test('an address that is taken ends the start, and says so', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  onTestFinished(() => void taken.close());
  const { port } = taken.address() as AddressInfo;
  const opening = openWorkers({
    regions: { RegionOne: 'http://127.0.0.1:9' },
    rest: { listen: `127.0.0.1:${port}` },
  });
  await expect(opening).rejects.toThrow(/ended with 1:\n.*EADDRINUSE/);
});

async function isGone(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => null);
  return status === null || status.includes('State:\tZ');
}
