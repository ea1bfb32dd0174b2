// Changes an image's record, and adds its data if there is some (Nova's `update`).
import type { Files } from '../ports/files.ts';
import { imageErrors, translated } from './glance/error-map.ts';
import { imageFromGlance } from './glance/image-from-glance.ts';
import type { ImageSchema, ImageSchemas } from './glance/image-schema.ts';
import { imageToGlance } from './glance/image-to-glance.ts';
import type { JsonObject } from './glance/json.ts';
import { patchSteps } from './glance/json-patch.ts';
import type { Image, ImageInfo } from './image.ts';
import type { ImageSource } from './image-source.ts';
import type { RoutedImage } from './routing.ts';
import type { Scope } from './scope.ts';
import { readRecord } from './show-image.ts';
import { addLocations, patchImage, uploadData } from './upload-image.ts';

export interface UpdateOptions {
  readonly data?: ImageSource | null | undefined;
  /** True removes the properties that the image has and `imageInfo` does not name. */
  readonly purgeProps?: boolean | undefined;
}

interface Parts {
  readonly schemas: ImageSchemas;
  readonly files: Files;
}

/** Only what differs is sent; locations that the image has already are not added again. */
export async function updateImage(
  scope: Scope,
  { schemas, files }: Parts,
  image: RoutedImage,
  info: ImageInfo,
  { data = null, purgeProps = false }: UpdateOptions,
): Promise<Image> {
  return translated(imageErrors, image.imageId, async () => {
    const { id: _, ...wanted } = imageToGlance(info).attributes;
    const current = await readRecord(scope, image);
    const schema = await schemas.of(scope, image.session);
    const removed = purgeProps ? propertyNames(current, schema) : [];
    const steps = patchSteps(current, wanted, removed);
    if (steps.length > 0) await patchImage(scope, image, steps);
    const locations = newLocations(current, imageToGlance(info).locations);
    await addLocations(scope, image, locations);
    if (data !== null) await uploadData(scope, image, data, files);
    const changed = steps.length > 0 || locations.length > 0 || data !== null;
    return imageFromGlance(changed ? await readRecord(scope, image) : current, schema);
  });
}

function propertyNames(record: JsonObject, schema: ImageSchema): readonly string[] {
  return Object.keys(record).filter((name) => !schema.isBase(name));
}

function newLocations<T extends { readonly url: string }>(
  { locations, direct_url: direct }: JsonObject,
  wanted: readonly T[],
): readonly T[] {
  const known = Array.isArray(locations) ? locations.map((one) => Object(one).url) : [];
  return wanted.filter(({ url }) => url !== direct && !known.includes(url));
}
