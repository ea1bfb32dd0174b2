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
