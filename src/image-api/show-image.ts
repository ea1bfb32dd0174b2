// Reads one image's record (Nova's `show`).
import { isAvailable } from './availability.ts';
import { ImageNotFound } from './errors.ts';
import { imageErrors, translated } from './glance/error-map.ts';
import { imageFromGlance } from './glance/image-from-glance.ts';
import type { ImageSchemas } from './glance/image-schema.ts';
import type { JsonObject } from './glance/json.ts';
import { askJson } from './glance/requests.ts';
import type { Image } from './image.ts';
import type { RoutedImage } from './routing.ts';
import type { Scope } from './scope.ts';

export interface ShowOptions {
  /** Adds `directUrl` and `locations`, where the cloud shows them. */
  readonly includeLocations?: boolean | undefined;
  /** False makes a deleted image one that is not there; true unless given. */
  readonly showDeleted?: boolean | undefined;
}

export async function showImage(
  scope: Scope,
  schemas: ImageSchemas,
  image: RoutedImage,
  { includeLocations = false, showDeleted = true }: ShowOptions = {},
): Promise<Image> {
  return translated(imageErrors, image.imageId, async () => {
    const record = await readRecord(scope, image);
    if (!showDeleted && record.deleted === true) throw noSuchImage(image);
    const schema = await schemas.of(scope, image.session);
    return imageFromGlance(record, schema, { includeLocations });
  });
}

/** The record as Glance has it, if the caller may see it. */
export async function readRecord(scope: Scope, image: RoutedImage): Promise<JsonObject> {
  const record = await askJson(scope, image.session, { method: 'GET', target: image.path });
  if (!isAvailable(scope.context, record)) throw noSuchImage(image);
  return record;
}

const noSuchImage = ({ imageId }: RoutedImage): ImageNotFound =>
  new ImageNotFound(`Image ${imageId} could not be found.`);
