// An answer that has begun must be gone on with when a chunk of it has vanished from the tiers, also
// while as many fills are under way as there may be: it can't be relayed any more.
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createGate } from '../support/gate.ts';
import { isProbe } from '../support/ledger.ts';
import { createTroubleOrigin, OWNER } from '../support/trouble-origin.ts';
import { openEdge } from './edge.ts';

const CHUNK = 64 * 1024;

it('repairs it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'glance-edge-repair-'));
  const origin = await createTroubleOrigin();
  const cached = await origin.seed({ size: 24 * CHUNK, name: 'cached' });
  const filling = await origin.seed({ size: 4 * CHUNK, name: 'filling' });
  const edge = await openEdge(origin.url, {
    cache: {
      chunk_size: '64KiB',
      memory: '256KiB',
      tiers: [{ store: 'disk', path: join(folder, 'cache'), max_size: '64MiB' }],
    },
    limits: { fills: 1, fill_buffers: '128KiB' },
  });
  const download = (id: string): Promise<Response> =>
    fetch(`${edge.apiUrl}/v2/images/${id}/file`, { headers: { 'X-Auth-Token': OWNER } });
  const bytesOf = async (id: string) => Buffer.from(await (await download(id)).arrayBuffer());

  await bytesOf(cached.id);
  // The last chunks are stored while the client has them already.
  await expect.poll(async () => (await chunkFiles(folder)).length).toBe(24);
  for (const path of await chunkFiles(folder)) {
    const isFirst = (await readFile(path)).includes(Buffer.from(cached.data.subarray(0, CHUNK)));
    if (!isFirst) await rm(path);
  }

  const gate = createGate();
  const stall = { kind: 'stall', at: 10, until: gate.opened } as const;
  const isFilling = ({ target }: { target: string }) => target.includes(`${filling.id}/file`);
  const stalled = origin.trouble({
    on: (call) => isFilling(call) && !isProbe(call),
    trouble: stall,
  });
  const other = bytesOf(filling.id);
  await stalled.struck;
  expect((await bytesOf(cached.id)).equals(cached.data)).toBe(true);
  gate.open();
  await other;
  await edge.close();
  await origin.close();
  await rm(folder, { recursive: true });
});

async function chunkFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(join(folder, 'cache/entries'), { recursive: true });
  const paths = entries.map((name) => join(folder, 'cache/entries', name));
  const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size));
  return paths.filter((_, at) => (sizes[at] ?? 0) > CHUNK);
}
