// One client and an image that the site does not have: over a link that is slow for each connection,
// and from an origin as fast as the machine.
import { openLoadClient } from '../load/load-client.ts';
import { type Comparison, compare, typical } from '../measure/comparison.ts';
import { type Round, takeTurns } from '../measure/rounds.ts';
import { settled } from '../measure/settled.ts';
import { filePath, type OriginOptions, openOrigin, TOKEN } from '../origin/origin.ts';
import { openGateway } from '../peers/gateway.ts';
import type { Bench, Fact, Row, RowResult } from '../row.ts';
import { checkImage } from './warm-download.ts';

const SIDES = { ours: 'gateway', theirs: 'direct' };

export const coldSlow: Row = {
  name: 'cold-slow',
  title: 'Cold single download, 10 MiB/s for each connection',
  run: (bench) =>
    coldSingle(bench, {
      link: { mibPerSecond: 10, delayMs: 40, each: true },
      mib: bench.scale.slowMib,
      lanes: 8,
      judge: (rounds) => [speed(rounds, 4)],
      facts: () => [],
    }),
};

export const coldFast: Row = {
  name: 'cold-fast',
  title: 'Cold single download, fast origin',
  run: (bench) =>
    coldSingle(bench, {
      link: {},
      mib: bench.scale.coldMib,
      lanes: 4,
      judge: (rounds) => [
        speed(rounds, 0.9),
        compare(rounds, {
          ...SIDES,
          name: 'time to the first byte',
          unit: 'ms',
          figure: 'firstByteMs',
        }),
      ],
      facts: (rounds) => [
        {
          name: 'first byte later than direct (medians)',
          value:
            typical(rounds, 'gateway', 'firstByteMs') - typical(rounds, 'direct', 'firstByteMs'),
          unit: 'ms',
          atMost: 5,
        },
      ],
    }),
};

interface ColdSingle {
  readonly link: OriginOptions;
  readonly mib: number;
  /** `limits.fill_lanes`; 4 unless an operator knows the link. */
  readonly lanes: number;
  judge(rounds: readonly Round[]): Comparison[];
  facts(rounds: readonly Round[]): Fact[];
}

async function coldSingle(bench: Bench, row: ColdSingle): Promise<RowResult> {
  await using open = new AsyncDisposableStack();
  const origin = open.use(await openOrigin(bench, row.link));
  const limits = { fill_lanes: row.lanes };
  const cache = { memory: '512MiB' };
  const gateway = open.use(await openGateway(bench, origin, { cache, limits, disk: '4GiB' }));
  const client = open.use(await openLoadClient(bench));
  const download = async (name: string, url: string) => {
    const image = await origin.seed(name, row.mib);
    await settled([gateway]);
    const job = { url, path: filePath(image), token: TOKEN, bytes: image.size, clients: 1 };
    const { seconds, firstByteMs } = await client.download(job);
    if (url === gateway.url) await checkImage(gateway, image);
    await origin.forget(image);
    return { firstByteMs, speed: row.mib / seconds };
  };
  // Once unmeasured: connections are made and code is compiled.
  await download('first', gateway.url);
  await download('first direct', origin.url);
  const { rounds, discarded } = await takeTurns(bench.scale.pairs, {
    direct: (round) => download(`direct ${round}`, origin.url),
    gateway: (round) => download(`gateway ${round}`, gateway.url),
  });
  return {
    kind: 'measured',
    how: `an image of ${row.mib} MiB, new each time; ${row.lanes} lanes, a disk tier; the origin can do ranges`,
    comparisons: row.judge(rounds),
    facts: row.facts(rounds),
    discarded,
  };
}

const speed = (rounds: readonly Round[], atLeast: number): Comparison =>
  compare(rounds, {
    ...SIDES,
    name: 'speed',
    unit: 'MiB/s',
    figure: 'speed',
    target: { atLeast },
  });
