// Lists images page by page (Nova's `detail`); always from the default session.
import { isAvailable } from './availability.ts';
import { Invalid } from './errors.ts';
import { plainErrors, translated } from './glance/error-map.ts';
import { imageFromGlance } from './glance/image-from-glance.ts';
import type { ImageSchemas } from './glance/image-schema.ts';
import { isJsonObject, type JsonObject, textOrNull } from './glance/json.ts';
import { askJson } from './glance/requests.ts';
import type { Session } from './glance/session.ts';
import type { Image } from './image.ts';
import { type ImageQuery, pageQuery } from './image-query.ts';
import type { Scope } from './scope.ts';

/** Images as they come; the next page is asked for when the one before has been taken. */
export async function* listImages(
  scope: Scope,
  session: Session,
  schemas: ImageSchemas,
  query: ImageQuery,
): AsyncGenerator<Image, void, undefined> {
  requireWhole('limit', query.limit);
  requireWhole('pageSize', query.pageSize);
  let left = query.limit ? query.limit : Infinity;
  let marker = query.marker ?? null;
  const ask = (target: string): Promise<JsonObject> =>
    translated(plainErrors, null, () => askJson(scope, session, { method: 'GET', target }));
  for (;;) {
    const page = await ask(`/v2/images?${pageQuery(query, marker, left).toString()}`);
    const images = Array.isArray(page.images) ? page.images.filter(isJsonObject) : [];
    const schema = await translated(plainErrors, null, () => schemas.of(scope, session));
    for (const image of images) {
      left -= 1;
      if (isAvailable(scope.context, image)) yield imageFromGlance(image, schema);
      if (left <= 0) return;
    }
    const next = nextMarker(page);
    if (next === null || next === marker) return;
    marker = next;
  }
}

/**
 * Only the marker is taken from Glance's link: its query has lost all but the last of repeated sort
 * keys and tags, so that the next page would be one of another list.
 */
function nextMarker({ next }: JsonObject): string | null {
  const link = textOrNull(next);
  return link === null ? null : new URLSearchParams(link.split('?')[1] ?? '').get('marker');
}

function requireWhole(name: string, value: number | undefined): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= 0)) return;
  throw new Invalid(`${name} is not a whole number.`);
}
