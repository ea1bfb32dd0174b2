// ImageApi downloads to a file, against `curl -o` of the same URL through the same warm gateway.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { compare } from '../measure/comparison.ts';
import { ask, nextMessage } from '../measure/conversation.ts';
import { readResident } from '../measure/process-tree.ts';
import { type Sample, takeTurns, WrongAnswer } from '../measure/rounds.ts';
import { type BenchImage, filePath, openOrigin, TOKEN } from '../origin/origin.ts';
import { openGateway } from '../peers/gateway.ts';
import { installed } from '../peers/installed.ts';
import { type Bench, MIB, type Row, type RowResult } from '../row.ts';
import { checkImage } from './warm-download.ts';

export const imageApi: Row = {
  name: 'image-api',
  title: 'ImageApi downloads to a file, against curl',
  run,
};

async function run(bench: Bench): Promise<RowResult> {
  if (installed('curl') === null) return { kind: 'skipped', why: 'curl is not installed' };
  await using open = new AsyncDisposableStack();
  const origin = open.use(await openOrigin(bench));
  const { pairs, warmMib } = bench.scale;
  const cache = { memory: `${warmMib + 512}MiB` };
  const gateway = open.use(await openGateway(bench, origin, { cache }));
  const image = await origin.seed('to a file', warmMib);
  await checkImage(gateway, image);
  const folder = await mkdtemp(join(bench.fastFolder, 'files-'));
  open.defer(() => rm(folder, { recursive: true, force: true }));
  const module = join(import.meta.dirname, '../load/image-api-child.ts');
  const child = bench.children.fork(module, [gateway.url, TOKEN]);
  open.defer(() => bench.children.end(child));
  await nextMessage(child);

  const side = (download: (file: string) => Promise<number>) => async (): Promise<Sample> => {
    const file = join(folder, 'image');
    const seconds = await download(file);
    await checkFile(file, image);
    await rm(file);
    return { speed: image.size / MIB / seconds };
  };
  const byCurl = side((file) => curl(`${gateway.url}${filePath(image)}`, file));
  const byImageApi = side((file) => ask<number>(child, { id: image.id, file }));
  const bySum = side(async (file) => {
    const startedAt = performance.now();
    await curl(`${gateway.url}${filePath(image)}`, file);
    await program('sha512sum', [file]);
    return (performance.now() - startedAt) / 1000;
  });
  await byCurl();
  await byImageApi();
  const sides = { curl: byCurl, ImageApi: byImageApi, [CHECKED]: bySum };
  const turns = await takeTurns(pairs, sides);
  const { highestMib } = readResident(child.pid ?? 0);
  return {
    kind: 'measured',
    how: `${warmMib} MiB from the memory of one gateway; the file lies in ${dirname(bench.fastFolder)}; ImageApi checks the hash, curl does not; neither starts within the time`,
    comparisons: [
      compare(turns.rounds, {
        ours: 'ImageApi',
        theirs: 'curl',
        name: 'speed',
        unit: 'MiB/s',
        figure: 'speed',
        target: { atLeast: 0.9 },
      }),
      compare(turns.rounds, {
        ours: 'ImageApi',
        theirs: CHECKED,
        name: 'speed, where both check the hash',
        unit: 'MiB/s',
        figure: 'speed',
      }),
    ],
    facts: [
      {
        name: 'highest resident of ImageApi’s process',
        value: highestMib,
        unit: 'MiB',
        atMost: null,
      },
    ],
    discarded: turns.discarded,
  };
}

/** The same work as ImageApi's, one after the other. */
const CHECKED = 'curl, then sha512sum';

async function checkFile(file: string, { sha256 }: BenchImage): Promise<void> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: MIB }), hash);
  if (hash.digest('hex') !== sha256) throw new WrongAnswer(`${file} holds other bytes`);
}

/** Seconds, as curl itself tells them. */
async function curl(url: string, file: string): Promise<number> {
  const seconds = ['-w', '%{time_total}'];
  const token = ['-H', `X-Auth-Token: ${TOKEN}`];
  return Number(await program('curl', ['-sS', '-f', '-o', file, ...seconds, ...token, url]));
}

/** What it says. */
function program(name: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(name, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let told = '';
    child.stdout.on('data', (text: Buffer) => {
      told += text.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(told);
      else reject(new WrongAnswer(`${name} ended with ${code}`));
    });
  });
}
