// Answers that are at hand as a whole, and clients that take their time to read them: a call lasts
// until its last byte has left, whatever its answer is made of.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { ask, startAsking, type Transfer } from './stage/client.ts';
import type { Edge, EdgeOptions } from './stage/edge.ts';
import { eventually, MIB, metric, openEdgeOf } from './stage/scene.ts';

/** More than the sockets in between hold, and less than what is too large to be at hand. */
const LIST = Buffer.alloc(15 * MIB, 'a list ');

test('a list counts as a call until it has been read', async () => {
  const { edge, url } = await openBeforeLists({ limits: { calls: 1 } });
  const reading = await beginToRead(url);
  expect(await underWay(edge)).toBe(1);
  expect(await ask(url)).toMatchObject({ status: 503 });
  reading.resume();
  expect((await reading.reply).body.equals(LIST)).toBe(true);
  await eventually(async () => (await underWay(edge)) === 0);
});

test('a list whose reader leaves is no call any more', async () => {
  const { edge, url } = await openBeforeLists();
  const reading = await beginToRead(url);
  reading.leave();
  await eventually(async () => (await underWay(edge)) === 0);
  expect(await ask(url)).toMatchObject({ status: 200, complete: true });
});

test('a list that is being read when the end is asked for is read to its own end', async () => {
  const { edge, url } = await openBeforeLists();
  const reading = await beginToRead(url);
  const stopped = edge.stop();
  await eventually(async () => (await ask(edge.url)).error === 'ECONNREFUSED');
  reading.resume();
  expect(await reading.reply).toMatchObject({ status: 200, complete: true });
  await stopped;
});

async function openBeforeLists(
  options: Omit<EdgeOptions, 'regions'> = {},
): Promise<{ readonly edge: Edge; readonly url: string }> {
  const origin = createServer((_, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': LIST.length });
    response.end(LIST);
  });
  await new Promise<void>((listening) => origin.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    origin.close();
    origin.closeAllConnections();
  });
  const { port } = origin.address() as AddressInfo;
  const edge = await openEdgeOf({ regions: { RegionOne: `http://127.0.0.1:${port}` }, ...options });
  return { edge, url: `${edge.url}/v2/images` };
}

/** Its first bytes are here, and no more are taken. */
async function beginToRead(url: string): Promise<Transfer> {
  const transfer = startAsking(url);
  await transfer.received(1);
  transfer.pause();
  return transfer;
}

const underWay = (edge: Edge): Promise<number> => metric(edge, /^glance_edge_calls_under_way /);
