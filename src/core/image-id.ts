// Image ids: Glance takes only UUIDs in the 8-4-4-4-12 form, in either case.

declare const imageIdBrand: unique symbol;

/** A checked image id in lower case: what caches, spans and logs call the image. */
export type ImageId = string & { readonly [imageIdBrand]: true };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const UUID_ANYWHERE = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

/** The id in lower case, or null when no image can have it. */
export function parseImageId(text: string): ImageId | null {
  return UUID.test(text) ? (text.toLowerCase() as ImageId) : null;
}

/** Glance's paths name two at the most; a path full of them would be a write to every tier for each. */
const MAX_IN_PATH = 4;

/** The image ids that a path mentions first, wherever they stand. */
export function imageIdsIn(path: string): readonly ImageId[] {
  const ids = (path.match(UUID_ANYWHERE) ?? []).slice(0, MAX_IN_PATH);
  return [...new Set(ids.map((id) => id.toLowerCase() as ImageId))];
}
