// The steps that follow a record: its locations, its member, its data. Shared by create and update.
import type { Files } from '../ports/files.ts';
import { GlanceAnswerError } from './errors.ts';
import { badRequestOnly, translated } from './glance/error-map.ts';
import type { JsonObject } from './glance/json.ts';
import { JSON_PATCH_TYPE, locationStep, type PatchStep } from './glance/json-patch.ts';
import { askJson, tell } from './glance/requests.ts';
import type { ImageLocation } from './image.ts';
import { type ImageSource, openSource } from './image-source.ts';
import type { RoutedImage } from './routing.ts';
import type { Scope } from './scope.ts';

/** Sends the data; Glance hashes it and makes the image active. The caller reads the record after. */
export async function uploadData(
  scope: Scope,
  { session, path }: RoutedImage,
  source: ImageSource,
  files: Files,
): Promise<void> {
  const body = await openSource(source, files);
  try {
    await tell(scope, session, {
      method: 'PUT',
      target: `${path}/file`,
      headers: [['Content-Type', 'application/octet-stream']],
      body,
    });
  } catch (thrown) {
    // What was not sent to the end has nobody left to read it.
    if (!body.rewindable)
      await body
        .open()
        .cancel(thrown)
        .catch(() => {});
    throw thrown;
  }
}

export function patchImage(
  scope: Scope,
  { session, path }: RoutedImage,
  steps: readonly PatchStep[],
): Promise<JsonObject> {
  return askJson(scope, session, {
    method: 'PATCH',
    target: path,
    json: steps,
    contentType: JSON_PATCH_TYPE,
  });
}

/**
 * Tells Glance where the data lies: by the locations API of v2.17, or, where that is not known, by a
 * patch, which takes a cloud that shows its locations. 400 is ImageBadRequest.
 */
export async function addLocations(
  scope: Scope,
  image: RoutedImage,
  locations: readonly ImageLocation[],
): Promise<void> {
  for (const location of locations) {
    await translated(badRequestOnly, image.imageId, async () => {
      if (await addLocation(scope, image, location)) return;
      await patchImage(scope, image, [locationStep(location)]);
    });
  }
}

/** False where that API is not there: a Glance before it answers 404 or 405, a proxy 501. */
async function addLocation(
  scope: Scope,
  { session, path }: RoutedImage,
  { url }: ImageLocation,
): Promise<boolean> {
  try {
    await tell(scope, session, { method: 'POST', target: `${path}/locations`, json: { url } });
    return true;
  } catch (thrown) {
    const status = thrown instanceof GlanceAnswerError ? thrown.status : null;
    if (status === 404 || status === 405 || status === 501) return false;
    throw thrown;
  }
}

/** Lets another project use the image. */
export async function addMember(scope: Scope, image: RoutedImage, project: string): Promise<void> {
  const target = `${image.path}/members`;
  await translated(badRequestOnly, image.imageId, () =>
    tell(scope, image.session, { method: 'POST', target, json: { member: project } }),
  );
}
