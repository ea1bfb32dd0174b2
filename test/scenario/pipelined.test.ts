// Several requests on one connection at once: their answers wait for one another, and end with the
// connection, whichever of them it is that the client leaves.
import { expect, test } from 'vitest';
import { createGate } from '../support/gate.ts';
import { isDownload } from '../support/ledger.ts';
import { OWNER } from '../support/trouble-origin.ts';
import { ask } from './stage/client.ts';
import { filePath, recordPath } from './stage/edge.ts';
import { openRawClient } from './stage/raw-client.ts';
import { eventually, KIB, MIB, metric, openScene, settled } from './stage/scene.ts';

const get = (path: string, headers = ''): string =>
  `GET ${path} HTTP/1.1\r\nHost: images.example\r\nX-Auth-Token: ${OWNER}\r\n${headers}\r\n`;

const underWay = (edge: { readonly admin: string }): Promise<number> =>
  metric(edge, /^glance_edge_calls_under_way /);

test('answers that wait for their turn are sent as they are, whatever else is read meanwhile', async () => {
  // Chunk memory is lent anew as soon as its bytes have left.
  const { origin, edge } = await openScene({ cache: { memory: '1MiB' } });
  const images = await Promise.all([7, 9].map((more) => origin.seed({ size: 3 * MIB + more })));
  for (const image of images) await ask(edge.url + filePath(image));
  await settled(edge);
  const wanted = images.map(({ data }) => Buffer.from(data).toString('latin1'));
  const heard = await Promise.all(
    Array.from({ length: 6 }, () => {
      const client = openRawClient(edge.url);
      const [one = '', two = ''] = images.map(filePath);
      void client.say(get(one) + get(two) + get(one) + get(two, 'Connection: close\r\n'));
      return client.ended;
    }),
  );
  for (const all of heard) {
    const bodies = all.split(/HTTP\/1\.1 200 OK\r\n(?:[^\r]+\r\n)+\r\n/).slice(1);
    expect(bodies.map((body) => wanted.indexOf(body))).toEqual([0, 1, 0, 1]);
  }
});

test('answers that wait for their turn end with the connection', async () => {
  const { origin, edge } = await openScene();
  const image = await origin.seed({ size: 8 * MIB });
  const path = filePath(image);
  await ask(edge.url + path);
  await settled(edge);
  const gate = createGate();
  const slow = await origin.seed({ size: 256 * KIB });
  origin.trouble({ on: isDownload, trouble: { kind: 'stall', at: 100 * KIB, until: gate.opened } });
  const client = openRawClient(edge.url);
  await client.say(get(filePath(slow)) + get(path).repeat(3) + get(recordPath(image)));
  await client.hears(/200 OK/);
  await eventually(async () => (await underWay(edge)) >= 4);
  client.leave();
  await eventually(async () => (await underWay(edge)) === 0);
  gate.open();
  expect(await underWay(edge)).toBe(0);
});
