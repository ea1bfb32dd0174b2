// The command-line clients and Nova's way of using glanceclient, through the gateway, in both regions.
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { glance, openstack, python } from './command.ts';
import { type Edge, type LiveRegion, startEdge } from './edge.ts';
import { exchange } from './exchange.ts';
import { labToken, makeImage, must } from './lab.ts';

let edge: Edge;
let folder: string;
let token: string;

beforeAll(async () => {
  edge = await startEdge();
  folder = await mkdtemp(join(tmpdir(), 'glance-edge-live-'));
  token = await labToken('demo');
  return async () => {
    await edge.stop();
    await rm(folder, { recursive: true });
  };
});

describe.each(['one', 'two'] as const)('in region %s', (name) => {
  const region = (): LiveRegion => edge[name];

  test('openstack creates, lists, shows, changes, saves and deletes an image', async () => {
    const data = randomBytes(300_000);
    const [source, target] = [join(folder, `${name}.raw`), join(folder, `${name}.saved`)];
    await writeFile(source, data);
    const image = [
      '--disk-format',
      'raw',
      '--file',
      source,
      '-f',
      'value',
      '-c',
      'id',
      `cli-${name}`,
    ];
    const id = (await openstack('demo', region().edge, 'image', 'create', ...image)).trim();
    const record = await must(200, `${region().glance}/v2/images/${id}`, token);
    expect(record).toMatchObject({ status: 'active', size: data.length });
    expect(await openstack('demo', region().edge, 'image', 'list')).toContain(id);
    await openstack('demo', region().edge, 'image', 'set', '--property', 'colour=blue', id);
    expect(await openstack('demo', region().edge, 'image', 'show', id)).toContain("colour='blue'");
    await openstack('demo', region().edge, 'image', 'save', '--file', target, id);
    expect((await readFile(target)).equals(data)).toBe(true);
    await openstack('demo', region().edge, 'image', 'delete', id);
    expect((await exchange(`${region().glance}/v2/images/${id}`, as(token))).status).toBe(404);
    expect(await openstack('demo', region().edge, 'image', 'list')).not.toContain(id);
  });

  test('glance creates, shows, changes, downloads and deletes an image', async () => {
    const data = randomBytes(300_000);
    const [source, target] = [join(folder, `${name}.raw2`), join(folder, `${name}.loaded`)];
    await writeFile(source, data);
    const file = ['--file', source, '--disk-format', 'raw', '--container-format', 'bare'];
    const made = await glance(
      'demo',
      region().edge,
      'image-create',
      '--name',
      'glance cli',
      ...file,
    );
    const id = /\| id +\| (\S+)/.exec(made)?.[1] ?? '';
    expect(await glance('demo', region().edge, 'image-list')).toContain(id);
    await glance('demo', region().edge, 'image-update', '--property', 'colour=red', id);
    expect(await glance('demo', region().edge, 'image-show', id)).toMatch(/colour +\| red/);
    await glance('demo', region().edge, 'image-tag-update', id, 'tagged');
    expect(await glance('demo', region().edge, 'image-show', id)).toContain('tagged');
    await glance('demo', region().edge, 'image-download', '--file', target, id);
    expect((await readFile(target)).equals(data)).toBe(true);
    await glance('demo', region().edge, 'image-delete', id);
    expect((await exchange(`${region().glance}/v2/images/${id}`, as(token))).status).toBe(404);
  });

  test('Nova downloads by glanceclient, which checks the hash itself, cold and warm', async () => {
    const image = await makeImage(region().glance, token, { size: 5_000_000 });
    for (const times of [1, 2]) {
      const target = join(folder, `${name}.nova${times}`);
      await python(NOVA, region().edge, token, image.id, target);
      expect((await readFile(target)).equals(image.data)).toBe(true);
    }
  });

  test('an image URI, percent-encoded, names the region by its endpoint or by the gateway', async () => {
    const image = await makeImage(region().glance, token);
    const named = `${edge.url}/regions/${name === 'one' ? 'RegionOne' : 'RegionTwo'}`;
    for (const base of [region().configured, named]) {
      const uri = encodeURIComponent(`${base}/v2/images/${image.id}`);
      const record = await must(200, `${edge.url}/v2/images/${uri}`, token);
      expect(record).toMatchObject({ id: image.id, os_hash_value: image.sha512 });
      const data = await exchange(`${edge.url}/v2/images/${uri}/file`, as(token));
      expect(data.body.equals(image.data)).toBe(true);
    }
  });

  test('versions are told without a token, with links that lead back to the gateway', async () => {
    for (const path of ['', '/', '/versions']) {
      const answer = await exchange(region().edge + path);
      expect(answer.status, path).toBe(path === '/versions' ? 200 : 300);
      const { versions }: { versions: { links: { href: string }[] }[] } = JSON.parse(answer.text());
      expect(versions.length).toBeGreaterThan(5);
      for (const { links } of versions) {
        for (const { href } of links) expect(href).toBe(`${region().edge}/v2/`);
      }
    }
  });
});

test('a 1 GiB image is saved twice, whole both times, and the second time no image data leaves Glance', async () => {
  const source = join(folder, 'large.raw');
  // Random at both ends and in the middle, holes between: large for the wire, quick to make.
  await writeFile(source, randomBytes(64 << 20));
  await truncate(source, (1 << 30) - (1 << 20));
  await writeFile(source, randomBytes(1 << 20), { flag: 'a' });
  const create = ['image', 'create', '--disk-format', 'raw', '--file', source];
  const id = (
    await openstack('demo', edge.one.glance, ...create, '-f', 'value', '-c', 'id', 'large')
  ).trim();
  const record = await must(200, `${edge.one.glance}/v2/images/${id}`, token);
  const { ledger } = edge.one;
  const moved: number[] = [];
  for (const times of [1, 2]) {
    const target = join(folder, `large.saved${times}`);
    const before = ledger.lines.length;
    await openstack('demo', edge.url, 'image', 'save', '--file', target, id);
    moved.push(ledger.imageBytes(before));
    expect(await sha512(target)).toBe(record.os_hash_value);
    await rm(target);
  }
  expect(moved).toEqual([1 << 30, 0]);
  await must(204, `${edge.one.glance}/v2/images/${id}`, token, { method: 'DELETE' });
});

async function sha512(file: string): Promise<string> {
  const hash = createHash('sha512');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

function as(user: string) {
  return { headers: { 'X-Auth-Token': user } };
}

/** What nova/image/glance.py does for a download: the record, then the data with its check. */
const NOVA = `
import sys
from glanceclient import client
endpoint, token, image_id, target = sys.argv[1:]
images = client.Client('2', endpoint=endpoint, token=token).images
assert images.get(image_id).status == 'active'
with open(target, 'wb') as out:
    for piece in images.data(image_id):
        out.write(piece)
`;
