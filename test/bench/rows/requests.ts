// Requests a second of small warm answers, by 32 connections, against nginx with one worker: both
// remember rights for a minute.
import { createHash } from 'node:crypto';
import { noise } from '../../../src/demo/noise.ts';
import { openLoadClient } from '../load/load-client.ts';
import { checkBody } from '../measure/body-check.ts';
import { compare } from '../measure/comparison.ts';
import { type Sample, takeTurns, WrongAnswer } from '../measure/rounds.ts';
import { type BenchImage, filePath, openOrigin, recordPath, TOKEN } from '../origin/origin.ts';
import { openGateway } from '../peers/gateway.ts';
import { openNginx } from '../peers/nginx.ts';
import { type Server, withCpu } from '../peers/server.ts';
import { type Bench, MIB, type Row, type RowResult } from '../row.ts';

const CONNECTIONS = 32;
const RANGE_BYTES = 4096;
/** Enough for ranges to fall into many chunks. */
const IMAGE_MIB = 256;

export const ranges: Row = {
  name: 'ranges',
  title: 'Random ranges of 4 KiB of a warm image, against nginx slices',
  run: (bench) => smallAnswers(bench, { mib: IMAGE_MIB, ranges: true }),
};

export const records: Row = {
  name: 'records',
  title: 'Warm records, against nginx with a cached auth subrequest',
  run: (bench) => smallAnswers(bench, { mib: 1, ranges: false }),
};

async function smallAnswers(
  bench: Bench,
  row: { readonly mib: number; readonly ranges: boolean },
): Promise<RowResult> {
  await using open = new AsyncDisposableStack();
  const origin = open.use(await openOrigin(bench));
  const nginx = await openNginx(bench, origin, { workers: 1 });
  if ('missing' in nginx) return { kind: 'skipped', why: nginx.missing };
  open.use(nginx);
  const cache = { memory: '1GiB', authorization_ttl: '60s', metadata_ttl: '60s' };
  const gateway = open.use(await openGateway(bench, origin, { cache }));
  const client = open.use(await openLoadClient(bench));
  const image = await origin.seed('small answers', row.mib);
  const check = row.ranges ? checkRanges(image) : checkRecord(origin.url, image);

  const measure = (server: Server) => async (): Promise<Sample> => {
    // Before, because it warms what has gone stale meanwhile, and after.
    await check(server);
    const job = {
      url: server.url,
      token: TOKEN,
      paths: [row.ranges ? filePath(image) : recordPath(image)],
      connections: CONNECTIONS,
      seconds: bench.scale.seconds,
      ranges: row.ranges ? { bytes: RANGE_BYTES, outOf: image.size } : null,
    };
    const { result, cpu } = await withCpu(server, () => client.requests(job));
    await check(server);
    const { perSecond, requests, clientCpu } = result;
    return {
      perSecond,
      cpu: (cpu * 1e6) / requests,
      clientCpu: (clientCpu * 1e6) / requests,
    };
  };
  for (const server of [nginx, gateway]) {
    await warm(server, image);
    await measure(server)();
  }
  const sides = { nginx: measure(nginx), gateway: measure(gateway) };
  const { rounds, discarded } = await takeTurns(bench.scale.pairs, sides);
  const both = { ours: 'gateway', theirs: 'nginx' };
  return {
    kind: 'measured',
    how: `${CONNECTIONS} connections, one process each; authorization_ttl and metadata_ttl 60s, nginx remembers the same for 60 s`,
    comparisons: [
      compare(rounds, {
        ...both,
        name: 'requests a second',
        unit: '1/s',
        figure: 'perSecond',
        target: { atLeast: 1 },
      }),
      compare(rounds, { ...both, name: 'server CPU per request', unit: 'µs', figure: 'cpu' }),
      compare(rounds, {
        ...both,
        name: 'CPU of the load client per request',
        unit: 'µs',
        figure: 'clientCpu',
      }),
    ],
    facts: [],
    discarded,
  };
}

/** All of the data, so that every range is near. */
function warm(server: Server, { sha256, ...image }: BenchImage): Promise<void> {
  const url = `${server.url}${filePath({ sha256, ...image })}`;
  return checkBody({ url, token: TOKEN, status: 200, sha256 });
}

/** A few ranges, among them one across a border of chunks. */
function checkRanges(image: BenchImage): (server: Server) => Promise<void> {
  const data = Buffer.concat([...noise(image.name, image.size)]);
  const starts = [0, 4 * MIB - 1000, 123_457, image.size - RANGE_BYTES];
  const expected = starts.map((start) => ({
    range: `bytes=${start}-${start + RANGE_BYTES - 1}`,
    sha256: hashOf(data.subarray(start, start + RANGE_BYTES)),
  }));
  return async (server) => {
    for (const { range, sha256 } of expected) {
      const url = `${server.url}${filePath(image)}`;
      await checkBody({ url, token: TOKEN, headers: { Range: range }, status: 206, sha256 });
    }
  };
}

/** The record as the origin says it. */
function checkRecord(origin: string, image: BenchImage): (server: Server) => Promise<void> {
  const headers = { 'X-Auth-Token': TOKEN };
  return async (server) => {
    const answer = await fetch(`${origin}${recordPath(image)}`, { headers });
    if (answer.status !== 200) throw new WrongAnswer('the origin has no record');
    const sha256 = hashOf(Buffer.from(await answer.arrayBuffer()));
    await checkBody({
      url: `${server.url}${recordPath(image)}`,
      token: TOKEN,
      status: 200,
      sha256,
    });
  };
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
