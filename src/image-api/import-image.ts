// Asks Glance to copy an image's data into further stores (Nova's `image_import_copy`).
import { importErrors, translated } from './glance/error-map.ts';
import { tell } from './glance/requests.ts';
import type { RoutedImage } from './routing.ts';
import type { Scope } from './scope.ts';

/** Resolves when Glance has taken the task; it copies in its own time. */
export async function copyImage(
  scope: Scope,
  { session, path, imageId }: RoutedImage,
  stores: readonly string[],
): Promise<void> {
  const json = { method: { name: 'copy-image' }, stores, all_stores_must_succeed: false };
  const target = `${path}/import`;
  await translated(importErrors, imageId, () =>
    tell(scope, session, { method: 'POST', target, json }),
  );
}
