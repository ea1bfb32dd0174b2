// The cold herd: how long the last of many clients waits for an image that the site does not have,
// against one direct client, and what the origin had to send for all of them.
import { openLoadClient } from '../load/load-client.ts';
import { compare, typical } from '../measure/comparison.ts';
import { takeTurns } from '../measure/rounds.ts';
import { settled } from '../measure/settled.ts';
import { filePath, openOrigin, TOKEN } from '../origin/origin.ts';
import { openGateway } from '../peers/gateway.ts';
import { withCpu } from '../peers/server.ts';
import type { Bench, Row, RowResult } from '../row.ts';
import { checkImage } from './warm-download.ts';

const CLIENTS = 32;
const LINK = { mibPerSecond: 50, delayMs: 40 };

export const herd: Row = {
  name: 'herd',
  title: `Cold herd: ${CLIENTS} clients, ${LINK.mibPerSecond} MiB/s and ${LINK.delayMs} ms`,
  run,
};

async function run(bench: Bench): Promise<RowResult> {
  await using open = new AsyncDisposableStack();
  const origin = open.use(await openOrigin(bench, LINK));
  const cache = { memory: '256MiB' };
  const gateway = open.use(await openGateway(bench, origin, { cache, disk: '4GiB' }));
  const client = open.use(await openLoadClient(bench));
  const { pairs, coldMib } = bench.scale;

  /** A cold image, downloaded by so many clients of that server. */
  const cold = async (name: string, url: string, clients: number) => {
    const image = await origin.seed(name, coldMib);
    await settled([gateway]);
    const sentBefore = await origin.imageBytesSent();
    const job = { url, path: filePath(image), token: TOKEN, bytes: image.size, clients };
    const { result, cpu } = await withCpu(gateway, () => client.download(job));
    const images = ((await origin.imageBytesSent()) - sentBefore) / image.size;
    if (url === gateway.url) await checkImage(gateway, image);
    await origin.forget(image);
    return { ...result, images, cpu };
  };
  const { rounds, discarded } = await takeTurns(pairs, {
    direct: (round) => cold(`direct ${round}`, origin.url, 1),
    'one through the gateway': (round) => cold(`alone ${round}`, gateway.url, 1),
    gateway: (round) => cold(`herd ${round}`, gateway.url, CLIENTS),
  });
  const seconds = { unit: 's', figure: 'seconds' };
  return {
    kind: 'measured',
    how: `an image of ${coldMib} MiB, new each time; 256MiB of memory and a disk tier`,
    discarded,
    comparisons: [
      compare(rounds, {
        ...seconds,
        name: 'the last client, against one direct client',
        ours: 'gateway',
        theirs: 'direct',
        target: { atMost: 1.05 },
      }),
      compare(rounds, {
        ...seconds,
        name: 'the last client, against one alone through the gateway',
        ours: 'gateway',
        theirs: 'one through the gateway',
      }),
    ],
    facts: [
      {
        name: 'images from the origin for a herd',
        value: typical(rounds, 'gateway', 'images'),
        unit: '',
        atMost: 1,
      },
      {
        name: 'CPU of the gateway for a herd',
        value: typical(rounds, 'gateway', 'cpu'),
        unit: 's',
        atMost: null,
      },
    ],
  };
}
