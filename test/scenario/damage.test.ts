// A disk that changes what was written to it, or loses it, or has no room: clients get right bytes
// all the same, and what is damaged is fetched again.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { entryFilesIn, flipBit } from '../adapters/disk/folder.ts';
import { ask, cacheStatus } from './stage/client.ts';
import { type Edge, filePath } from './stage/edge.ts';
import { chanceOf, RUNS, runsTimeout } from './stage/runs.ts';
import { KIB, MIB, openScene, settled, verdict } from './stage/scene.ts';

/** Next to nothing stays in memory, so that the disk is what answers. */
const ON_DISK = { cache: { memory: '256KiB' } };

test.each(['running', 'stopped'] as const)(
  'a byte flipped in every file of the disk while the gateway is %s is never served',
  async (state) => {
    const { origin, edge } = await openScene(ON_DISK);
    const image = await origin.seed({ size: 2 * MIB + 7 });
    for (let run = 0; run < RUNS; run += 1) {
      expect(verdict(await ask(edge.url + filePath(image)), image.data)).toBe('right');
      await settled(edge);
      if (state === 'stopped') await edge.stop();
      await flipAll(edge, run);
      if (state === 'stopped') await edge.start();
      await origin.ledger.idle();
      origin.ledger.clear();
      const reply = await ask(edge.url + filePath(image));
      expect(verdict(reply, image.data), `run ${run}`).toBe('right');
      await settled(edge);
      expect(origin.ledger.imageBytes(), `run ${run}`).toBeGreaterThan(MIB);
    }
  },
  runsTimeout(2_000),
);

test('chunks that have gone from the disk are fetched again, and only those', async () => {
  const { origin, edge } = await openScene(ON_DISK);
  const image = await origin.seed({ size: 2 * MIB });
  await ask(edge.url + filePath(image));
  await edge.stop();
  const chunks: string[] = [];
  for (const file of await entryFilesIn(edge.diskPath)) {
    if ((await stat(file)).size >= 64 * KIB) chunks.push(file);
  }
  expect(chunks.length).toBe(32);
  for (const file of chunks.slice(0, 10)) await rm(file);
  await edge.start();
  await origin.ledger.idle();
  origin.ledger.clear();
  const reply = await ask(edge.url + filePath(image));
  expect(verdict(reply, image.data)).toBe('right');
  expect(cacheStatus(reply)).toMatch(/^glance-edge; (fwd=partial; stored|hit; detail=disk)$/);
  await settled(edge);
  expect(origin.ledger.imageBytes()).toBe(10 * 64 * KIB);
  await origin.ledger.idle();
  origin.ledger.clear();
  expect(verdict(await ask(edge.url + filePath(image)), image.data)).toBe('right');
  expect(origin.ledger.imageBytes()).toBe(0);
});

test('a disk folder that vanishes is no more than a slow miss', async () => {
  const { origin, edge } = await openScene(ON_DISK);
  const image = await origin.seed({ size: 2 * MIB });
  await ask(edge.url + filePath(image));
  await settled(edge);
  await rm(edge.diskPath, { recursive: true });
  for (let turn = 0; turn < 2; turn += 1) {
    expect(verdict(await ask(edge.url + filePath(image)), image.data)).toBe('right');
    await settled(edge);
  }
});

const noMount = mountRefusal();

test.skipIf(noMount !== null)(
  `a full disk costs no download${noMount === null ? '' : ` (${noMount})`}`,
  async () => {
    const path = mkdtempSync(join(tmpdir(), 'glance-edge-full-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', path]);
    onTestFinished(() => {
      execFileSync('umount', [path]);
      rmSync(path, { recursive: true });
    });
    const store = { store: 'disk', path: join(path, 'cache'), max_size: '64MiB' };
    const { origin, edge } = await openScene({ ...ON_DISK, tiers: [store] });
    for (const name of ['one', 'two', 'one', 'two']) {
      const image = await origin.seed({ size: 3 * MIB, name });
      for (let turn = 0; turn < 2; turn += 1) {
        const reply = await ask(edge.url + filePath(image));
        expect(verdict(reply, image.data), name).toBe('right');
        await settled(edge);
      }
    }
    expect((await ask(`${edge.admin}/readyz`, { token: null })).status).toBe(200);
  },
);

/** Why no file system can be mounted here; null when one can. */
function mountRefusal(): string | null {
  if (process.getuid?.() !== 0) return 'skipped: only root can mount a tiny disk';
  const path = mkdtempSync(join(tmpdir(), 'glance-edge-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', path], { stdio: 'ignore' });
    execFileSync('umount', [path]);
    return null;
  } catch {
    return 'skipped: mounting is not allowed here';
  } finally {
    rmSync(path, { recursive: true });
  }
}

async function flipAll(edge: Edge, run: number): Promise<void> {
  const chance = chanceOf(run);
  for (const file of await entryFilesIn(edge.diskPath)) {
    const { size } = await stat(file);
    if (size > 0) await flipBit(file, chance.between(0, size));
  }
}
