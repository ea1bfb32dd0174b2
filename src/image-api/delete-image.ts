// Removes an image (Nova's `delete`).
import { deleteErrors, translated } from './glance/error-map.ts';
import { tell } from './glance/requests.ts';
import type { RoutedImage } from './routing.ts';
import type { Scope } from './scope.ts';

export async function deleteImage(scope: Scope, image: RoutedImage): Promise<true> {
  const { session, path: target, imageId } = image;
  await translated(deleteErrors, imageId, () => tell(scope, session, { method: 'DELETE', target }));
  return true;
}
