// Image data from a file system that Glance's store and this machine have both mounted.
import type { DirectFiles } from '../../ports/direct-url.ts';
import { Invalid } from '../errors.ts';
import type { DirectUrlHandler } from './handler.ts';

/** A shared file system, as Nova's `[image_file_url:<name>]` describes it. */
export interface Filesystem {
  /** What Glance's metadata calls it (`filesystem_store_metadata_file`). */
  readonly id: string;
  /** The absolute path where it is mounted here. */
  readonly mountpoint: string;
}

export interface FileHandlerOptions {
  readonly filesystems: readonly Filesystem[];
  readonly files: Pick<DirectFiles, 'realFile' | 'realFolder' | 'copy'>;
}

/**
 * Handles `file:///path` and `filesystem:///path`. The location's metadata must hold the `id` of one
 * of the file systems and the `mountpoint` it has at Glance, which is replaced by the local one.
 * Throws Invalid for a URL that does not lie in the mount, there or here.
 *
 * Two differences from Nova: mount points are compared by whole names (`/mnt/a` is no prefix of
 * `/mnt/ab`), and without file systems every location is refused, where Nova copied any path of the
 * machine. `{ id, mountpoint: '/' }` allows as much, for those who mean it.
 */
export function createFileHandler(options: FileHandlerOptions): DirectUrlHandler {
  return {
    schemes: ['file', 'filesystem'],
    async download(url, metadata, destPath) {
      const filesystem = options.filesystems.find(({ id }) => id === metadata.id);
      if (filesystem === undefined || typeof metadata.mountpoint !== 'string') return false;
      const inside = pathBelow(metadata.mountpoint, readPath(url));
      if (inside === null)
        throw new Invalid('The URL is not below the mount point of its metadata.');

      // Compared with all links followed: a link in the store could lead out of it.
      const mount = await options.files.realFolder(filesystem.mountpoint);
      const source = await options.files.realFile(`${filesystem.mountpoint}/${inside}`);
      if (pathBelow(mount, source) === null) throw new Invalid('The file is outside the mount.');
      await options.files.copy(source, destPath);
      return true;
    },
  };
}

/** The decoded path; `URL` has resolved its dot segments already. */
function readPath(url: URL): string {
  if (url.host !== '' && url.host !== 'localhost') {
    throw new Invalid('The URL names a file of another host.');
  }
  const path = decode(url.pathname);
  if (path === null || path.includes('\0') || path.split('/').includes('..')) {
    throw new Invalid('The URL is not that of a file.');
  }
  return path;
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** `path` relative to `mount`; null when it is not below. */
function pathBelow(mount: string, path: string): string | null {
  if (!mount.startsWith('/')) return null;
  const folder = mount.endsWith('/') ? mount : `${mount}/`;
  return path.startsWith(folder) && path.length > folder.length ? path.slice(folder.length) : null;
}
