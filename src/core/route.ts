// What a call is to the gateway, by its method and path below the region: the decision whether it
// is served from cache, coalesced, or relayed.
import { type ImageId, imageIdsIn, parseImageId } from './image-id.ts';

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

/** Segments of the Glance API that are names of its own; all others are shown as `{…}`. */
const WORDS: ReadonlySet<string> = new Set(
  `images file stage import members tags actions deactivate reactivate locations tasks schemas image
   images member members task tasks metadefs namespaces objects properties resource_types tags info
   stores detail usage cache nodes clean prune cached_images queued_images versions healthcheck
   namespace object property resource_type tag`.split(/\s+/),
);

/**
 * Names the route of a call.
 *
 * @param segments the decoded path segments below the region, `['v2', 'images', …]`
 */
export function routeOf(method: string, segments: readonly string[]): Route {
  const template = templateOf(segments);
  const inImages = isVersion2(segments[0]) && segments[1] === 'images';
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

/** The path with everything that varies replaced: few values, fit for metrics and span names. */
function templateOf(segments: readonly string[]): string {
  if (segments.length === 0) return '/';
  const named = segments.slice(0, 8).map((segment, at) => {
    if (at === 0 && isVersion2(segment)) return 'v2';
    if (WORDS.has(segment)) return segment;
    return segments[at - 1] === 'images' ? '{image_id}' : '{name}';
  });
  return `/${named.join('/')}`;
}
