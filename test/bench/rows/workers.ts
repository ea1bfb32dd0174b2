// Two workers against one, in turns: small answers, warm downloads, and a cold herd over both. The load
// client has a core to itself where there is one to spare; where there is not, what a request costs in
// CPU tells what more cores would give.
import { openLoadClient } from '../load/load-client.ts';
import { type Compared, compare, typical } from '../measure/comparison.ts';
import { type Sample, takeTurns } from '../measure/rounds.ts';
import { settled } from '../measure/settled.ts';
import { filePath, openOrigin, recordPath, TOKEN } from '../origin/origin.ts';
import { type GatewayServer, openGateway } from '../peers/gateway.ts';
import { withCpu } from '../peers/server.ts';
import { type Bench, GIB, type Row, type RowResult } from '../row.ts';
import { checkImage } from './warm-download.ts';

const CONNECTIONS = 32;
const LINK = { mibPerSecond: 50, delayMs: 40 };
/** What two workers have to do in the time of one. */
const FASTER = 1.7;

export const workers: Row = {
  name: 'workers',
  title: `Two workers, against one: ${CONNECTIONS} clients`,
  run,
};

async function run(bench: Bench): Promise<RowResult> {
  await using open = new AsyncDisposableStack();
  const origin = open.use(await openOrigin(bench));
  const remembered = { memory: '1GiB', authorization_ttl: '60s', metadata_ttl: '60s' };
  const one = open.use(await openGateway(bench, origin, { cache: remembered, disk: '4GiB' }));
  const two = open.use(
    await openGateway(bench, origin, {
      name: 'two workers',
      cache: remembered,
      disk: '4GiB',
      workers: 2,
    }),
  );
  const client = open.use(await openLoadClient(bench));
  const { pairs, seconds, sharedMib } = bench.scale;
  const image = await origin.seed('shared', sharedMib);

  const measure = (server: GatewayServer) => async (): Promise<Sample> => {
    await checkImage(server, image);
    const target = { url: server.url, token: TOKEN };
    const paths = [recordPath(image)];
    const asking = { ...target, paths, connections: CONNECTIONS, seconds, ranges: null };
    const asked = await withCpu(server, () => client.requests(asking));
    const download = { ...target, path: filePath(image), bytes: image.size, clients: CONNECTIONS };
    const read = await withCpu(server, () => client.download(download));
    const gib = (image.size * CONNECTIONS) / GIB;
    return {
      perSecond: asked.result.perSecond,
      requestCpu: (asked.cpu * 1e6) / asked.result.requests,
      speed: (gib * 1024) / read.result.seconds,
      gibCpu: read.cpu / gib,
    };
  };
  // Twice: each worker has to have its own copy in memory.
  for (const server of [one, two, two]) await measure(server)();
  await settled([one, two]);
  const sides = { one: measure(one), two: measure(two) };
  const { rounds, discarded } = await takeTurns(pairs, sides);
  const both = { ours: 'two', theirs: 'one' };
  const faster = { ...both, target: { atLeast: FASTER } };
  const cheap = { ...both, target: { atMost: 2 / FASTER } };
  const compared: readonly Compared[] = [
    { ...faster, name: 'warm records a second', unit: '1/s', figure: 'perSecond' },
    { ...cheap, name: 'CPU of all processes for a record', unit: 'µs', figure: 'requestCpu' },
    { ...faster, name: 'warm download', unit: 'MiB/s', figure: 'speed' },
    { ...cheap, name: 'CPU of all processes for a GiB', unit: 's', figure: 'gibCpu' },
  ];
  return {
    kind: 'measured',
    how: 'records and rights remembered for 60s, images in memory; the load client needs CPU too, and has the same cores',
    comparisons: compared.map((figures) => compare(rounds, figures)),
    facts: [await coldHerd(bench)],
    discarded,
  };
}

/** Images that the origin sends for a herd over both workers. */
async function coldHerd(bench: Bench) {
  await using open = new AsyncDisposableStack();
  const origin = open.use(await openOrigin(bench, LINK));
  const options = { cache: { memory: '256MiB' }, disk: '4GiB', workers: 2 };
  const gateway = open.use(await openGateway(bench, origin, options));
  const client = open.use(await openLoadClient(bench));
  const { rounds } = await takeTurns(bench.scale.pairs, {
    herd: async (round): Promise<Sample> => {
      const image = await origin.seed(`herd ${round}`, bench.scale.coldMib);
      const before = await origin.imageBytesSent();
      const path = filePath(image);
      const { url } = gateway;
      const job = { url, path, token: TOKEN, bytes: image.size, clients: CONNECTIONS };
      await client.download(job);
      const images = ((await origin.imageBytesSent()) - before) / image.size;
      await checkImage(gateway, image);
      await origin.forget(image);
      await settled([gateway]);
      return { images };
    },
  });
  const value = typical(rounds, 'herd', 'images');
  return { name: 'images from the origin for a herd over both', value, unit: '', atMost: 1 };
}
