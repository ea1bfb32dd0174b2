// Image URIs: addresses that name an endpoint and an image at once, as Nova's `image_href` does.
import { normalizeEndpoint } from './endpoint.ts';
import { type ImageId, parseImageId } from './image-id.ts';

export interface ImageUri {
  /** The endpoint that the URI names, normalized: everything before `/v2/images`. */
  readonly base: string;
  readonly imageId: ImageId;
  /** True when the URI goes on to the image's data (`…/file`). */
  readonly data: boolean;
}

/**
 * Reads `http(s)://host[:port][/prefix]/v2[.N]/images/{uuid}`, with a trailing slash or `/file`
 * allowed, and without the version too: that is what Nova's `generate_image_url` writes, which
 * Nova's own parser can't read back. Null for anything else, user info and queries among it.
 */
export function parseImageUri(text: string): ImageUri | null {
  const parts = /^(https?:\/\/.*?)(?:\/v2(?:\.\d+)?)?\/images\/([^/]+)(\/file)?\/?$/i.exec(text);
  if (!parts) return null;
  const base = normalizeEndpoint(parts[1] ?? '');
  const imageId = parseImageId(parts[2] ?? '');
  if (base === null || imageId === null) return null;
  return { base, imageId, data: parts[3] !== undefined };
}
