// What a call is to the gateway, by its method and path below the region: the decision whether it
// is served from cache, coalesced, or relayed.
import { type ImageId, imageIdsIn, parseImageId } from './image-id.ts';
import { routeTemplate } from './route-template.ts';

export type Route =
  /** `GET /v2/images/{image_id}/file`: image data, cached by generation. */
  | { readonly kind: 'image-data'; readonly imageId: ImageId; readonly template: string }
  /** `GET /v2/images/{image_id}`: an image record, cached per caller. */
  | { readonly kind: 'image-record'; readonly imageId: ImageId; readonly template: string }
  /** `GET /v2/images`: coalesced, never kept. */
  | { readonly kind: 'image-list'; readonly imageId: null; readonly template: string }
  /** `GET /` and `GET /versions`: relayed with links rewritten to the gateway. */
  | { readonly kind: 'versions'; readonly imageId: null; readonly template: string }
  /** Any other read. */
  | { readonly kind: 'relay'; readonly imageId: ImageId | null; readonly template: string }
  /** Anything that may change an image: relayed, and what is kept of those images is dropped. */
  | {
      readonly kind: 'write';
      readonly imageId: ImageId | null;
      readonly touches: readonly ImageId[];
      readonly template: string;
    };

export type RouteKind = Route['kind'];

/**
 * Names the route of a call.
 *
 * @param segments the decoded path segments below the region, `['v2', 'images', …]`
 */
export function routeOf(method: string, segments: readonly string[]): Route {
  const inVersion2 = isVersion2(segments[0]);
  const template = routeTemplate(inVersion2 ? ['v2', ...segments.slice(1)] : segments);
  const inImages = inVersion2 && segments[1] === 'images';
  const imageId = inImages && segments[2] !== undefined ? parseImageId(segments[2]) : null;
  if (method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS') {
    return { kind: 'write', imageId, touches: imageIdsIn(segments.join('/')), template };
  }
  if (method !== 'GET') return { kind: 'relay', imageId, template };
  if (template === '/' || template === '/versions') {
    return { kind: 'versions', imageId: null, template };
  }
  if (inImages && segments.length === 2) return { kind: 'image-list', imageId: null, template };
  // To some of Glance's databases an id in capitals is another image: it is left to them.
  const known = imageId !== null && imageId === segments[2];
  if (known && segments.length === 3) {
    return { kind: 'image-record', imageId, template };
  }
  if (known && segments.length === 4 && segments[3] === 'file') {
    return { kind: 'image-data', imageId, template };
  }
  return { kind: 'relay', imageId, template };
}

/** `v2` and its minor versions (`v2.15`), which Glance takes as the same. */
export function isVersion2(segment: string | undefined): boolean {
  return segment !== undefined && /^v2(\.\d+)?$/.test(segment);
}
