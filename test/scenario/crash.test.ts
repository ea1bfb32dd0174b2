// A gateway that is killed in the middle of its work: what its disk holds afterwards is right, is
// served as if nothing had happened, and takes no more room than it may.
import { expect, onTestFinished, test } from 'vitest';
import { diskUse } from '../adapters/disk/folder.ts';
import { ask, startAsking } from './stage/client.ts';
import { filePath } from './stage/edge.ts';
import { type EdgeProcess, openEdgeProcess } from './stage/edge-process.ts';
import { chanceOf, RUNS, runsTimeout } from './stage/runs.ts';
import { KIB, MIB, openOrigin, type SeededData, settled, verdict } from './stage/scene.ts';

const MAX_SIZE = 3 * MIB;

test(
  'a killed gateway comes back with nothing wrong on its disk, and within its bound',
  async () => {
    const origin = await openOrigin({ connection: { bytesPerSecond: 12 * MIB } });
    const edge = await openEdgeProcess({
      regions: { RegionOne: origin },
      cache: { memory: '256KiB' },
      diskSize: '3MiB',
    });
    onTestFinished(() => edge.close());
    const known: SeededData[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      const chance = chanceOf(run);
      const fresh = await Promise.all(
        [1, 2, 3].map((at) => origin.seed({ size: MIB + at, name: `run ${run}, ${at}` })),
      );
      known.push(...fresh);
      const downloads = fresh.map((image) => startAsking(edge.url + filePath(image)));
      await downloads[chance.between(0, 3)]?.received(chance.between(1, MIB));
      edge.signal('SIGKILL');
      await edge.exited;
      for (const [at, download] of downloads.entries()) {
        const seen = verdict(await download.reply, fresh[at]?.data ?? new Uint8Array());
        expect(seen, `run ${run}, before the kill`).not.toBe('whole but wrong');
      }
      await edge.start();
      await expectRight(edge, known.slice(-4), `run ${run}`);
      await settled(edge);
      expect(await diskUse(edge.diskPath), `run ${run}`).toBeLessThanOrEqual(MAX_SIZE);
    }
  },
  runsTimeout(8_000),
);

async function expectRight(
  edge: EdgeProcess,
  images: readonly SeededData[],
  told: string,
): Promise<void> {
  for (const image of images) {
    const reply = await ask(edge.url + filePath(image));
    expect(verdict(reply, image.data), `${told}, ${image.id}`).toBe('right');
    const headers = { Range: `bytes=${64 * KIB - 5}-${64 * KIB + 5}` };
    const part = await ask(edge.url + filePath(image), { headers });
    const wanted = image.data.subarray(64 * KIB - 5, 64 * KIB + 6);
    expect(verdict(part, wanted), `${told}, a part of ${image.id}`).toBe('right');
  }
}
