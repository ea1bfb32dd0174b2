// Makes an image, with its data if there is some (Nova's `create`); always in the default session.
import type { Files } from '../ports/files.ts';
import { ImageBadRequest } from './errors.ts';
import { plainErrors, translated } from './glance/error-map.ts';
import { imageFromGlance } from './glance/image-from-glance.ts';
import type { ImageSchemas } from './glance/image-schema.ts';
import { imageToGlance } from './glance/image-to-glance.ts';
import { askJson } from './glance/requests.ts';
import type { Image, ImageInfo } from './image.ts';
import type { ImageSource } from './image-source.ts';
import type { Routing } from './routing.ts';
import type { Scope } from './scope.ts';
import { readRecord } from './show-image.ts';
import { addLocations, addMember, uploadData } from './upload-image.ts';

interface Parts {
  readonly routing: Routing;
  readonly schemas: ImageSchemas;
  readonly files: Files;
}

export async function createImage(
  scope: Scope,
  { routing, schemas, files }: Parts,
  info: ImageInfo,
  given: ImageSource | null,
): Promise<Image> {
  const { attributes, locations, instanceOwner } = imageToGlance(info);
  const isEmpty = given === null && info.size === 0;
  const json = isEmpty ? withFormats(attributes) : attributes;
  const data = isEmpty ? new Uint8Array(0) : given;
  return translated(plainErrors, null, async () => {
    const session = routing.getSession();
    const created = await askJson(scope, session, { method: 'POST', target: '/v2/images', json });
    const image = routing.getSessionAndImageId(String(created.id));
    await addLocations(scope, image, locations);
    if (instanceOwner !== null) await addMember(scope, image, instanceOwner);
    if (data !== null) await uploadData(scope, image, data, files);
    const changed = data !== null || locations.length > 0;
    const record = changed ? await readRecord(scope, image) : created;
    return imageFromGlance(record, await schemas.of(scope, session));
  });
}

/**
 * Glance activates an image only with formats and data. Nothing at all is a raw image and no other:
 * Nova refuses to claim that it is a qcow2.
 */
function withFormats(attributes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { disk_format: format = 'raw' } = attributes;
  if (format !== 'raw') {
    throw new ImageBadRequest(
      `An image without data can't have the disk format ${String(format)}.`,
    );
  }
  return { container_format: 'bare', ...attributes, disk_format: format };
}
