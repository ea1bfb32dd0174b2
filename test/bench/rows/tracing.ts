// What tracing costs: kept for the trace page, and sent to a collector as well, all or some, against none.
import { openLoadClient } from '../load/load-client.ts';
import { type Comparison, compare } from '../measure/comparison.ts';
import { type Sample, takeTurns } from '../measure/rounds.ts';
import { settled } from '../measure/settled.ts';
import { filePath, openOrigin, recordPath, TOKEN } from '../origin/origin.ts';
import { openCollector } from '../peers/collector.ts';
import { type GatewayServer, openGateway } from '../peers/gateway.ts';
import { type Server, withCpu } from '../peers/server.ts';
import { type Bench, GIB, type Row, type RowResult } from '../row.ts';
import { checkImage } from './warm-download.ts';

export const tracing: Row = {
  name: 'tracing',
  title: 'Tracing on, against off',
  run,
};

const OFF = 'keep: 0';
const KEPT = 'keep: 1000';
const SENT = 'keep: 1000 and OTLP';
const SAMPLED = 'keep: 1000 and 1 % by OTLP';

async function run(bench: Bench): Promise<RowResult> {
  await using open = new AsyncDisposableStack();
  const origin = open.use(await openOrigin(bench));
  const collector = open.use(await openCollector(bench));
  const client = open.use(await openLoadClient(bench));
  const { pairs, warmMib, seconds } = bench.scale;
  const memory = `${warmMib + 512}MiB`;
  const cache = { memory, authorization_ttl: '60s', metadata_ttl: '60s' };
  const edge = async (name: string, settings: Readonly<Record<string, unknown>>) =>
    open.use(await openGateway(bench, origin, { name, cache, tracing: settings }));
  const edges = [
    await edge(OFF, { keep: 0 }),
    await edge(KEPT, { keep: 1000 }),
    await edge(SENT, { keep: 1000, otlp_endpoint: collector.url }),
    await edge(SAMPLED, { keep: 1000, otlp_endpoint: collector.url, sample: 0.01 }),
  ];
  const image = await origin.seed('traced', warmMib);

  const reads = async (server: Server): Promise<Sample> => {
    const paths = [recordPath(image)];
    const job = { url: server.url, token: TOKEN, paths, connections: 32, seconds, ranges: null };
    const { result, cpu } = await withCpu(server, () => client.requests(job));
    return { perSecond: result.perSecond, cpuOfOne: (cpu * 1e6) / result.requests };
  };
  const download = async (server: Server): Promise<Sample> => {
    const job = { url: server.url, path: filePath(image), token: TOKEN, bytes: image.size };
    const work = () => client.download({ ...job, clients: 1 });
    const { result, cpu } = await withCpu(server, work);
    const gib = image.size / GIB;
    return { speed: (gib * 1024) / result.seconds, cpu: cpu / gib };
  };
  for (const server of edges) {
    await checkImage(server, image);
    await reads(server);
    await download(server);
  }
  const inTurn = (measure: (server: Server) => Promise<Sample>) =>
    takeTurns(
      pairs,
      Object.fromEntries(
        edges.map((server) => [
          server.name,
          async () => {
            await settled(edges);
            return measure(server);
          },
        ]),
      ),
    );
  const read = await inTurn(reads);
  const downloaded = await inTurn(download);
  for (const server of edges) {
    await checkImage(server, image);
    const held = await tracesHeld(server);
    const isWanted = server.name !== OFF;
    if (held > 0 !== isWanted) throw new Error(`${server.name} holds ${held} traces`);
  }

  const comparisons = [KEPT, SENT, SAMPLED].flatMap((ours): Comparison[] => {
    const sides = { ours, theirs: OFF };
    return [
      compare(read.rounds, {
        ...sides,
        name: `${ours}: warm records`,
        unit: '1/s',
        figure: 'perSecond',
        target: { atLeast: 0.95 },
      }),
      compare(read.rounds, {
        ...sides,
        name: `${ours}: warm records, server CPU per request`,
        unit: 'µs',
        figure: 'cpuOfOne',
      }),
      compare(downloaded.rounds, {
        ...sides,
        name: `${ours}: warm download, throughput`,
        unit: 'MiB/s',
        figure: 'speed',
        target: { atLeast: 0.99 },
      }),
      compare(downloaded.rounds, {
        ...sides,
        name: `${ours}: warm download, server CPU per GiB`,
        unit: 's',
        figure: 'cpu',
      }),
    ];
  });
  const batches = { name: 'batches that the collector took', value: collector.batches(), unit: '' };
  return {
    kind: 'measured',
    how: 'gateways of one process each, in turn, the others idle; images and records warm in memory; the collector throws everything away; with keep: 0 and no collector no span is made',
    comparisons,
    facts: [{ ...batches, atMost: null }],
    discarded: [...read.discarded, ...downloaded.discarded],
  };
}

async function tracesHeld({ admin }: GatewayServer): Promise<number> {
  const answer = await fetch(`${admin}/api/traces?limit=1`);
  const { traces } = (await answer.json()) as { readonly traces: readonly unknown[] };
  return traces.length;
}
