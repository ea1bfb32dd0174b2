// Warm downloads, by one client and by 32: what a GiB costs the server, and how fast it leaves. The
// same work for both rows, from memory and from disk; they differ in the peer.
import { openLoadClient } from '../load/load-client.ts';
import { checkBody } from '../measure/body-check.ts';
import { type Comparison, compare } from '../measure/comparison.ts';
import { type Sample, takeTurns, WrongAnswer } from '../measure/rounds.ts';
import {
  type BenchImage,
  type BenchOrigin,
  filePath,
  openOrigin,
  TOKEN,
} from '../origin/origin.ts';
import { type Opened, type Server, withCpu } from '../peers/server.ts';
import { type Bench, GIB, MIB, type RowResult } from '../row.ts';

export interface WarmDownload {
  readonly how: string;
  gateway(bench: Bench, origin: BenchOrigin): Promise<Server>;
  peer(bench: Bench, origin: BenchOrigin): Promise<Opened<Server>>;
}

export async function warmDownload(bench: Bench, row: WarmDownload): Promise<RowResult> {
  await using open = new AsyncDisposableStack();
  const origin = open.use(await openOrigin(bench));
  const peer = await row.peer(bench, origin);
  if ('missing' in peer) return { kind: 'skipped', why: peer.missing };
  open.use(peer);
  const gateway = open.use(await row.gateway(bench, origin));
  const client = open.use(await openLoadClient(bench));
  const { pairs, warmMib, sharedMib } = bench.scale;
  const large = await origin.seed('large', warmMib);
  const shared = await origin.seed('shared', sharedMib);

  const comparisons: Comparison[] = [];
  const discarded: string[] = [];
  for (const [clients, image] of [
    [1, large],
    [32, shared],
  ] as const) {
    bench.say(`${clients} client(s), ${image.size / MIB} MiB each`);
    const measure = (server: Server) => async (): Promise<Sample> => {
      const job = { url: server.url, path: filePath(image), token: TOKEN, bytes: image.size };
      const work = (): ReturnType<typeof client.download> => client.download({ ...job, clients });
      const sentBefore = await origin.imageBytesSent();
      const { result, cpu } = await withCpu(server, work);
      await requireWarm(origin, sentBefore, server);
      await checkImage(server, image);
      const gib = (image.size * clients) / GIB;
      const { seconds, clientCpu } = result;
      return { cpu: cpu / gib, speed: (gib * 1024) / seconds, clientCpu: clientCpu / gib };
    };
    // The first one fetches it, the second is warm: neither is counted.
    for (const server of [peer, gateway]) {
      await checkImage(server, image);
      await measure(server)();
    }
    const sides = { [peer.name]: measure(peer), [gateway.name]: measure(gateway) };
    const turns = await takeTurns(pairs, sides);
    comparisons.push(...compared(turns.rounds, clients, gateway.name, peer.name));
    discarded.push(...turns.discarded);
  }
  return { kind: 'measured', how: row.how, comparisons, facts: [], discarded };
}

function compared(
  rounds: Parameters<typeof compare>[0],
  clients: number,
  ours: string,
  theirs: string,
): Comparison[] {
  const sides = { ours, theirs };
  const who = clients === 1 ? '1 client' : `${clients} clients`;
  return [
    compare(rounds, {
      ...sides,
      name: `${who}: server CPU per GiB`,
      unit: 's',
      figure: 'cpu',
      target: { atMost: 1 },
    }),
    compare(rounds, {
      ...sides,
      name: `${who}: throughput`,
      unit: 'MiB/s',
      figure: 'speed',
      target: { atLeast: 1 },
    }),
    compare(rounds, {
      ...sides,
      name: `${who}: CPU of the load client per GiB`,
      unit: 's',
      figure: 'clientCpu',
    }),
  ];
}

/** Warm is what the origin was not asked for. */
async function requireWarm(origin: BenchOrigin, before: number, server: Server): Promise<void> {
  const bytes = (await origin.imageBytesSent()) - before;
  if (bytes > 0) throw new WrongAnswer(`${server.name} fetched ${bytes} bytes from the origin`);
}

/** Reads the image from that server and hashes it. */
export function checkImage(server: { readonly url: string }, image: BenchImage): Promise<void> {
  const { sha256 } = image;
  return checkBody({ url: `${server.url}${filePath(image)}`, token: TOKEN, status: 200, sha256 });
}
