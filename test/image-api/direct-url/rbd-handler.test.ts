import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createRbdHandler,
  type RbdHandlerOptions,
} from '../../../src/image-api/direct-url/handlers.ts';
import { Invalid } from '../../../src/image-api/errors.ts';

const FSID = 'b5c6d7e8-1111-4222-8333-944455566677';
const URL_OF_IMAGE = `rbd://${FSID}/images/image-1/snap`;

/** A handler whose program and files only note what they are asked for, in order. */
function rbd(options: Partial<RbdHandlerOptions> = {}) {
  const asked: unknown[] = [];
  const handler = createRbdHandler({
    pools: ['images'],
    run: async (program, args, timeoutMs) => {
      asked.push([program, args, timeoutMs]);
    },
    files: {
      remove: async (path) => {
        asked.push(['remove', path]);
      },
    },
    ...options,
  });
  const download = (url: string, destPath = '/tmp/image') =>
    handler.download(new URL(url), {}, destPath);
  return { download, asked };
}

const EXPORT = ['export', '--no-progress', '--pool', 'images', '--image', 'image-1'];

describe('an image in Ceph', () => {
  it('is exported by the program, over what an earlier attempt left', async () => {
    const { download, asked } = rbd();
    expect(await download(URL_OF_IMAGE)).toBe(true);
    expect(asked).toEqual([
      ['remove', '/tmp/image'],
      ['rbd', [...EXPORT, '--snap', 'snap', '--path', '/tmp/image'], 3_600_000],
    ]);
  });

  it('is exported as a user, by a configuration, with a program and a deadline of its own', async () => {
    const { download, asked } = rbd({
      cephUser: 'glance',
      cephConf: '/etc/ceph/ceph.conf',
      program: '/opt/rbd',
      timeoutMs: 5,
    });
    await download(URL_OF_IMAGE);
    const account = ['--id', 'glance', '--conf', '/etc/ceph/ceph.conf'];
    const args = [...EXPORT, '--snap', 'snap', '--path', '/tmp/image', ...account];
    expect(asked.at(-1)).toEqual(['/opt/rbd', args, 5]);
  });

  it('has the names that its URL encodes', async () => {
    const { download, asked } = rbd({ pools: ['a pool'] });
    await download(`rbd://${FSID}/a%20pool/%C3%A4%25/s%3F`);
    expect(asked.at(-1)).toEqual([
      'rbd',
      expect.arrayContaining(['a pool', 'ä%', 's?']),
      expect.anything(),
    ]);
  });

  it('is never written to standard output', async () => {
    const { download, asked } = rbd();
    await download(URL_OF_IMAGE, '-');
    expect(asked[0]).toEqual(['remove', './-']);
    expect(asked.at(-1)).toEqual(['rbd', expect.arrayContaining(['./-']), expect.anything()]);
  });

  it('is passed over when it is in another cluster', async () => {
    const { download, asked } = rbd({ fsid: 'another' });
    expect(await download(URL_OF_IMAGE)).toBe(false);
    expect(asked).toEqual([]);
    expect(await rbd({ fsid: FSID.toUpperCase() }).download(URL_OF_IMAGE)).toBe(true);
  });

  it('fails as the program does', async () => {
    const failing = rbd({ run: () => Promise.reject(new Error('rbd ended with 2')) });
    await expect(failing.download(URL_OF_IMAGE)).rejects.toThrow('rbd ended with 2');
  });
});

describe('an rbd URL', () => {
  it.each([
    'rbd://image-1',
    `rbd://${FSID}/images/image-1`,
    `rbd://${FSID}/images/image-1/snap/more`,
    `rbd://${FSID}/images/image-1/`,
    `rbd://${FSID}//image-1/snap`,
    'rbd:///images/image-1/snap',
    `rbd://${FSID}/images/image%2F1/snap`,
    `rbd://${FSID}/images/image-1%40other/snap`,
    `rbd://${FSID}/images/--all/snap`,
    `rbd://${FSID}/images/image-1/%0a`,
    `rbd://${FSID}/images/image-1/%ff`,
    `rbd://${FSID}/images/image-1/snap?x`,
    `rbd://${FSID}/images/image-1/snap#x`,
    `rbd://user:word@${FSID}/images/image-1/snap`,
    `rbd://${FSID}:1/images/image-1/snap`,
  ])('of another form is refused: %s', async (url) => {
    const { download, asked } = rbd();
    await expect(download(url)).rejects.toThrow(Invalid);
    expect(asked).toEqual([]);
  });

  it('of a pool that is not listed is refused', async () => {
    const { download, asked } = rbd();
    await expect(download(`rbd://${FSID}/vms/disk/snap`)).rejects.toThrow('pool');
    expect(asked).toEqual([]);
  });

  it('gives back any names that Glance may have written into it', async () => {
    const allowed = /^(?!\.{1,2}$)[^\p{Cc}/@-][^\p{Cc}/@]*$/u;
    const name = fc
      .string({ unit: 'grapheme', maxLength: 20 })
      .filter((text) => allowed.test(text));
    await fc.assert(
      fc.asyncProperty(name, name, name, async (pool, image, snapshot) => {
        const { download, asked } = rbd({ pools: [pool] });
        await download(
          `rbd://${FSID}/${[pool, image, snapshot].map(encodeURIComponent).join('/')}`,
        );
        const args = ['--pool', pool, '--image', image, '--snap', snapshot];
        expect(asked.at(-1)).toEqual([
          'rbd',
          ['export', '--no-progress', ...args, '--path', '/tmp/image'],
          expect.anything(),
        ]);
      }),
    );
  });
});
