import {
  chmod,
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeDirectFiles } from '../../../src/adapters/node/direct-files.ts';
import { createFileHandler } from '../../../src/image-api/direct-url/handlers.ts';
import { Invalid } from '../../../src/image-api/errors.ts';

/** What Glance says of its own mount of the same file system. */
const METADATA = { id: 'shared', mountpoint: '/var/lib/glance' };

let folder: string;
let mount: string;
let target: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'glance-edge-direct-')));
  mount = join(folder, 'mount');
  target = join(folder, 'target');
  await mkdir(join(mount, 'images'), { recursive: true });
  await writeFile(join(mount, 'images', 'one'), 'the image');
  await writeFile(join(folder, 'secret'), 'secret');
});

afterEach(() => rm(folder, { recursive: true }));

function download(
  url: string,
  metadata: Readonly<Record<string, unknown>> = METADATA,
  filesystems = [{ id: 'shared', mountpoint: mount }],
): Promise<boolean> {
  const handler = createFileHandler({ filesystems, files: nodeDirectFiles });
  return handler.download(new URL(url), metadata, target);
}

async function refusal(attempt: Promise<boolean>): Promise<void> {
  await expect(attempt).rejects.toThrow(Invalid);
  await expect(stat(target)).rejects.toThrow('ENOENT');
}

describe('an image on a mounted file system', () => {
  it.each(['file', 'filesystem'])('is copied from a %s URL', async (scheme) => {
    expect(await download(`${scheme}:///var/lib/glance/images/one`)).toBe(true);
    expect(await readFile(target, 'utf8')).toBe('the image');
  });

  it('replaces what a target holds, and keeps its permissions', async () => {
    await writeFile(target, 'something longer than the image', { mode: 0o600 });
    await chmod(join(mount, 'images', 'one'), 0o444);
    await download('file:///var/lib/glance/images/one');
    expect(await readFile(target, 'utf8')).toBe('the image');
    expect((await stat(target)).mode & 0o777).toBe(0o600);
  });

  it('is found by its decoded name, below a mount point with a slash', async () => {
    await writeFile(join(mount, 'images', 'a name %'), 'the other');
    const metadata = { id: 'shared', mountpoint: '/var/lib/glance/' };
    await download('file:///var/lib/glance/images/a%20name%20%25', metadata);
    expect(await readFile(target, 'utf8')).toBe('the other');
  });

  it('may be on the root of both machines', async () => {
    const filesystems = [{ id: 'root', mountpoint: '/' }];
    const url = `file://${mount}/images/one`;
    expect(await download(url, { id: 'root', mountpoint: '/' }, filesystems)).toBe(true);
  });

  it('may be reached over a link inside of the mount', async () => {
    await symlink('one', join(mount, 'images', 'two'));
    expect(await download('file:///var/lib/glance/images/two')).toBe(true);
  });

  it('is not the target itself', async () => {
    target = join(mount, 'images', 'one');
    await expect(download('file:///var/lib/glance/images/one')).rejects.toThrow('one file');
    expect(await readFile(target, 'utf8')).toBe('the image');
  });
});

describe('a location that is not reachable from here', () => {
  it.each([
    ['without metadata', {}],
    ['without an id', { mountpoint: '/var/lib/glance' }],
    ['without a mount point', { id: 'shared' }],
    ['on another file system', { ...METADATA, id: 'other' }],
  ])('is passed over %s', async (_, metadata) => {
    expect(await download('file:///var/lib/glance/images/one', metadata)).toBe(false);
  });

  it('is any of them when no file system is listed', async () => {
    const metadata = { id: 'shared', mountpoint: '/' };
    expect(await download(`file://${mount}/images/one`, metadata, [])).toBe(false);
  });
});

describe('a location that leaves the mount', () => {
  it.each([
    'file:///etc/passwd',
    'file:///var/lib/glance',
    'file:///var/lib/glance/',
    'file:///var/lib/glance-other/images/one',
    'file:///var/lib/glance/../secret',
    'file:///var/lib/glance/%2e%2e/secret',
    'file:///var/lib/glance/..%2fsecret',
    'file:///var/lib/glance/images%2f..%2f..%2f..%2fsecret',
    'file:///var/lib/glance/images/one%00',
    'file:///var/lib/glance/%ff',
    'file://host/var/lib/glance/images/one',
    'filesystem:var/lib/glance/images/one',
  ])('is refused: %s', (url) => refusal(download(url)));

  it('is refused when a link leads out of it', async () => {
    await symlink(join(folder, 'secret'), join(mount, 'images', 'link'));
    await symlink('..', join(mount, 'up'));
    await refusal(download('file:///var/lib/glance/images/link'));
    await refusal(download('file:///var/lib/glance/up/secret'));
  });

  it('is refused with a mount point that is no absolute path', async () => {
    for (const mountpoint of ['', 'var/lib/glance', '..']) {
      await refusal(download('file:///var/lib/glance/images/one', { id: 'shared', mountpoint }));
    }
  });

  it('never yields a file from outside, whatever its URL', async () => {
    const part = fc.constantFrom(
      '..',
      '%2e%2e',
      '..%2f',
      '.',
      'images',
      'secret',
      'one',
      '',
      '%5c',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 8 }), async (parts) => {
        await rm(target, { force: true });
        await download(`file:///var/lib/glance/${parts.join('/')}`).catch(() => false);
        const copied = await readFile(target, 'utf8').catch(() => 'the image');
        expect(copied).toBe('the image');
      }),
      { numRuns: 200 },
    );
  });
});

it('only a regular file is an image', async () => {
  const attempt = download('file:///var/lib/glance/images');
  await expect(attempt).rejects.toThrow('not a regular file');
  await expect(download('file:///var/lib/glance/images/none')).rejects.toThrow('ENOENT');
});
