// The cold herd: how long the last of many clients waits for an image that the site does not have,
// against one client alone in the same run, and what the origin had to send for all of them.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomIds, systemClock, systemTimers } from '../../src/adapters/node/runtime.ts';
import { noise } from '../../src/demo/noise.ts';
import { createEmbeddedGlance } from '../../src/demo/origin/embedded-glance.ts';
import { createLink } from '../../src/demo/origin/link.ts';
import { listenEmbeddedGlance } from '../../src/demo/origin/listen.ts';
import { seedImage } from '../../src/demo/seed-image.ts';
import { openEdgeProcess } from '../scenario/stage/edge-process.ts';

const MIB = 1024 * 1024;
const TOKEN = 'bench-token';

export interface HerdSettings {
  readonly pairs: number;
  readonly clients: number;
  readonly imageMib: number;
  /** The origin's link: one for all connections together. */
  readonly mibPerSecond: number;
  readonly delayMs: number;
}

export interface HerdFigures {
  /** Seconds of one client alone, cold, through the gateway. */
  readonly aloneSeconds: number;
  /** Seconds until the last of the herd is done. */
  readonly lastSeconds: number;
  /** Image bytes that the origin sent for the herd, in images. */
  readonly originImages: number;
  /** CPU seconds of the gateway, all its threads, while it served the herd. */
  readonly cpuSeconds: number;
  /** The gateway's highest resident memory so far, in MiB. */
  readonly residentMib: number;
}

/** One line of figures a pair, the lone client and the herd in turn, each with an image of its own. */
export async function measureHerd(settings: HerdSettings): Promise<readonly HerdFigures[]> {
  const folder = await mkdtemp(join(tmpdir(), 'glance-edge-bench-'));
  const glance = createEmbeddedGlance({
    folder,
    region: 'RegionOne',
    tokens: { [TOKEN]: { project: 'bench', roles: ['member'] } },
    clock: systemClock,
    ids: randomIds,
  });
  const bytesPerSecond = settings.mibPerSecond * MIB;
  const { delayMs } = settings;
  const link = createLink({ bytesPerSecond, delayMs, clock: systemClock, timers: systemTimers });
  const origin = await listenEmbeddedGlance(glance, { link });
  const edge = await openEdgeProcess({
    regions: { RegionOne: origin.url },
    cache: { memory: '256MiB', chunk_size: '4MiB' },
    limits: { fill_buffers: '64MiB' },
    tiers: ['disk'],
    diskSize: '20GiB',
  });
  const seed = async (name: string): Promise<string> => {
    const data = noise(name, settings.imageMib * MIB);
    const { id } = await seedImage(glance, TOKEN, { name, data });
    return `${edge.url}/v2/images/${id}/file`;
  };
  const figures: HerdFigures[] = [];
  try {
    for (let pair = 0; pair < settings.pairs; pair += 1) {
      const [alone, herd] = [await seed(`alone ${pair}`), await seed(`herd ${pair}`)];
      const aloneSeconds = await download(alone);
      const [before, cpuBefore] = [origin.imageBytesSent(), cpuSeconds(edge.pid)];
      const all = Array.from({ length: settings.clients }, () => download(herd));
      const lastSeconds = Math.max(...(await Promise.all(all)));
      const originBytes = origin.imageBytesSent() - before;
      figures.push({
        aloneSeconds,
        lastSeconds,
        originImages: originBytes / (settings.imageMib * MIB),
        cpuSeconds: cpuSeconds(edge.pid) - cpuBefore,
        residentMib: highestResident(edge.pid),
      });
    }
    return figures;
  } finally {
    await edge.close();
    await origin.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Seconds of a whole download by curl, which discards it. */
function download(url: string): Promise<number> {
  const format = '%{http_code} %{time_total}';
  const args = ['-sS', '-o', '/dev/null', '-w', format, '-H', `X-Auth-Token: ${TOKEN}`, url];
  return new Promise((resolve, reject) => {
    const curl = spawn('curl', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let told = '';
    curl.stdout.on('data', (text: Buffer) => {
      told += text.toString();
    });
    curl.on('error', reject);
    curl.on('close', (code) => {
      const [status, seconds] = told.split(' ');
      if (code === 0 && status === '200') resolve(Number(seconds));
      else reject(new Error(`curl ended with ${code}, status ${status}`));
    });
  });
}

/** User and system time of all threads; Linux counts it in ticks of 10 ms. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function highestResident(pid: number): number {
  const [, kilobytes = '0'] =
    /^VmHWM:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1024);
}
