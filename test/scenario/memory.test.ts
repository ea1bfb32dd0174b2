// What a busy gateway takes in memory: a figure to be read, not a bound to be kept here.
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { OWNER } from '../support/trouble-origin.ts';
import { filePath } from './stage/edge.ts';
import { openEdgeProcess } from './stage/edge-process.ts';
import { ACCEPTANCE } from './stage/runs.ts';
import { MIB, openOrigin } from './stage/scene.ts';

const CLIENTS = 32;
const SIZE = 256 * MIB;

test.skipIf(!ACCEPTANCE)(
  `${CLIENTS} clients on one image of ${SIZE / MIB} MiB, with 64MiB of memory`,
  async () => {
    const origin = await openOrigin();
    const { id } = await origin.seed({ size: SIZE });
    for (const tiers of [['disk'], []] as const) {
      const edge = await openEdgeProcess({
        regions: { RegionOne: origin },
        cache: { memory: '64MiB', chunk_size: '4MiB' },
        limits: { fill_buffers: '64MiB' },
        tiers,
        diskSize: '1GiB',
      });
      onTestFinished(() => edge.close());
      const url = edge.url + filePath({ id });
      const lengths = await Promise.all(Array.from({ length: CLIENTS }, () => bytesOf(url)));
      expect(new Set(lengths)).toEqual(new Set([SIZE]));
      const status = await readFile(`/proc/${edge.pid}/status`, 'utf8');
      const [, highest = '?'] = /^VmHWM:\s*(\d+)/m.exec(status) ?? [];
      const mebibytes = Math.round(Number(highest) / 1024);
      console.info(`${tiers.length > 0 ? 'with a disk' : 'memory alone'}: VmHWM ${mebibytes} MiB`);
    }
  },
  600_000,
);

/** The length of a body that nobody keeps. */
function bytesOf(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent: false, headers: { 'X-Auth-Token': OWNER } }, (answer) => {
      let bytes = 0;
      answer.on('data', (piece: Buffer) => {
        bytes += piece.length;
      });
      answer.on('error', reject);
      answer.on('close', () => resolve(bytes));
    });
    sent.on('error', reject);
    sent.end();
  });
}
