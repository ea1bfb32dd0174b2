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

/** Every image id that a path mentions, wherever it stands. */
export function imageIdsIn(path: string): readonly ImageId[] {
  return (path.match(UUID_ANYWHERE) ?? []).map((id) => id.toLowerCase() as ImageId);
}
