// Image data: upload and download. An upload that does not arrive whole leaves the image queued.
import { isAdmin, requireMember, requireOwner, visibleImage } from './access.ts';
import { fileSlice, writeHashed } from './data-file.ts';
import { type DataRange, dataRange } from './data-range.ts';
import type { ImageRecord } from './image-record.ts';
import { type Handle, mediaType, noContent, type OriginParts, parameter } from './origin-parts.ts';
import { mediaTypeRefusal, refusal } from './refusal.ts';

export function dataRoutes({ shelf, clock, ranges }: OriginParts) {
  const download: Handle = (c) => {
    const { caller } = c.var;
    const image = visibleImage(shelf, caller, parameter(c, 'id'));
    requireMember(caller, 'download_image');
    if (image.status === 'deactivated' && !isAdmin(caller)) {
      throw refusal(
        403,
        'The requested image has been deactivated. Image data download is forbidden.',
      );
    }
    const range = dataRange(c.req.raw.headers, image.size);
    if (range.kind === 'crash') return crashed();
    if (image.size === null) {
      return new Response(null, { status: 204, headers: { 'Content-Length': '0' } });
    }
    if (range.kind === 'part' && ranges === 'no') throw notAtRandom(range);
    return dataResponse(shelf.dataPath(image.id), image, image.size, range);
  };

  const upload: Handle = async (c) => {
    const { caller } = c.var;
    if (mediaType(c) !== 'application/octet-stream') throw mediaTypeRefusal(mediaType(c));
    const image = visibleImage(shelf, caller, parameter(c, 'id'));
    const forbidden = `Not allowed to upload image data for image ${image.id}`;
    requireOwner(caller, image, 'upload_image', forbidden);
    requireQueued(image);
    await shelf.save({ ...image, status: 'saving', updatedAt: clock.now() });
    try {
      const { size, md5, sha512 } = await writeHashed(shelf.partPath(image.id), c.req.raw.body);
      const saved = requireStillThere(shelf.find(image.id), image.id);
      await shelf.keepData(image.id);
      await shelf.save({
        ...saved,
        ...activeWith(saved, size, md5, sha512),
        updatedAt: clock.now(),
      });
    } catch (thrown) {
      await shelf.dropPart(image.id);
      const left = shelf.find(image.id);
      if (left) await shelf.save({ ...left, status: 'queued', updatedAt: clock.now() });
      throw thrown;
    }
    return noContent();
  };

  return { download, upload };
}

function dataResponse(path: string, image: ImageRecord, size: number, range: DataRange): Response {
  const [start, end] = range.kind === 'part' ? [range.start, range.end] : [0, size];
  const headers = new Headers({ 'Content-Type': 'application/octet-stream' });
  if (range.kind === 'part') headers.set('Content-Range', `bytes ${start}-${end - 1}/${size}`);
  // Of the whole image, also when only a part is sent.
  if (image.checksum !== null) headers.set('Content-Md5', image.checksum);
  headers.set('Content-Length', String(end - start));
  const status = range.kind === 'part' ? 206 : 200;
  return new Response(fileSlice(path, start, end), { status, headers });
}

/** How a Glance worker ends a request that it fails on: no body, no request id, no connection. */
const crashed = (): Response =>
  new Response(null, {
    status: 500,
    headers: { 'Content-Type': 'text/plain', 'Content-Length': '0', Connection: 'close' },
  });

function notAtRandom({ start, end }: { readonly start: number; readonly end: number }) {
  const what = 'Getting images randomly from this store is not supported';
  return refusal(400, `${what}. Offset: ${start}, length: ${end - start}`);
}

function requireQueued(image: ImageRecord): void {
  if (image.status !== 'queued') {
    const transition = `Image status transition from ${image.status} to saving`;
    throw refusal(409, `${transition} is not allowed`);
  }
  if (image.disk_format === null || image.container_format === null) {
    throw refusal(
      400,
      'Properties disk_format, container_format must be set prior to saving data.',
    );
  }
}

function requireStillThere(image: ImageRecord | null, id: string): ImageRecord {
  if (image !== null) return image;
  throw refusal(410, `Image ${id} could not be found after upload: it may have been deleted.`);
}

const activeWith = (image: ImageRecord, size: number, md5: string, sha512: string) => ({
  status: 'active' as const,
  size,
  virtual_size: image.disk_format === 'raw' && size > 0 ? size : null,
  checksum: md5,
  os_hash_algo: 'sha512',
  os_hash_value: sha512,
});
