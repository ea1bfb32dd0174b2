// Image data straight from Ceph, through its `rbd` program.
import type { DirectFiles, RunProgram } from '../../ports/direct-url.ts';
import { Invalid } from '../errors.ts';
import type { DirectUrlHandler } from './handler.ts';

export interface RbdHandlerOptions {
  readonly run: RunProgram;
  readonly files: Pick<DirectFiles, 'remove'>;
  /** Pools that hold Glance's images: a location must not reach the disks of others' servers. */
  readonly pools: readonly string[];
  /** The cluster that `cephConf` leads to; null takes locations of any, as Nova does. */
  readonly fsid?: string | null;
  /** The Ceph user, without `client.`; null for the program's own choice. */
  readonly cephUser?: string | null;
  /** Path of `ceph.conf`; null for the program's own choice. */
  readonly cephConf?: string | null;
  /** By default an hour: 100 GiB at 30 MB/s. */
  readonly timeoutMs?: number;
  /** By default `rbd`, from the PATH. */
  readonly program?: string;
}

/**
 * Handles `rbd://fsid/pool/image/snapshot`, each part percent-encoded, as Glance writes it; throws
 * Invalid for any other form and for a pool that is not listed. Parts are decoded one by one, after
 * they are split (Nova decodes first, so that an encoded `/` makes two of one).
 */
export function createRbdHandler(options: RbdHandlerOptions): DirectUrlHandler {
  const { run, files, pools, fsid = null, cephUser = null, cephConf = null } = options;
  const { timeoutMs = 60 * 60 * 1000, program = 'rbd' } = options;
  const account = [
    ...(cephUser === null ? [] : ['--id', cephUser]),
    ...(cephConf === null ? [] : ['--conf', cephConf]),
  ];
  return {
    schemes: ['rbd'],
    async download(url, _metadata, destPath) {
      const source = readRbdUrl(url);
      if (fsid !== null && source.fsid.toLowerCase() !== fsid.toLowerCase()) return false;
      if (!pools.includes(source.pool))
        throw new Invalid('The URL names a pool that is not allowed.');

      const image = ['--pool', source.pool, '--image', source.image, '--snap', source.snapshot];
      // `-` alone would be the program's standard output, `-x` an option.
      const path = destPath.startsWith('-') ? `./${destPath}` : destPath;
      // The program refuses to write over a file.
      await files.remove(path);
      await run(
        program,
        ['export', '--no-progress', ...image, '--path', path, ...account],
        timeoutMs,
      );
      return true;
    },
  };
}

interface RbdSource {
  readonly fsid: string;
  readonly pool: string;
  readonly image: string;
  readonly snapshot: string;
}

function readRbdUrl(url: URL): RbdSource {
  const isPlain = url.username === '' && url.password === '' && url.port === '';
  if (isPlain && url.search === '' && url.hash === '') {
    const [fsid, ...path] = [url.hostname, ...url.pathname.split('/').slice(1)].map(readName);
    const [pool, image, snapshot, ...rest] = path;
    if (fsid && pool && image && snapshot && rest.length === 0) {
      return { fsid, pool, image, snapshot };
    }
  }
  throw new Invalid('The URL is not of the form rbd://fsid/pool/image/snapshot.');
}

/** `/` and `@` would begin another part of the program's image specification, `-` an option. */
const NAME = /^[^\p{Cc}/@-][^\p{Cc}/@]*$/u;

/** Null for what names nothing. */
function readName(encoded: string): string | null {
  try {
    const name = decodeURIComponent(encoded);
    return NAME.test(name) ? name : null;
  } catch {
    return null;
  }
}
