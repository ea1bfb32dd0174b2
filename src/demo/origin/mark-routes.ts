// The small writes: tags, and taking an image's data out of service and back.
import { requireOwner, visibleImage } from './access.ts';
import type { ImageStatus } from './image-record.ts';
import { type Handle, noContent, type OriginParts, parameter } from './origin-parts.ts';
import { noSuchResource, refusal } from './refusal.ts';

export function markRoutes({ shelf, clock }: OriginParts) {
  const retag =
    (change: (tags: readonly string[], tag: string) => readonly string[]): Handle =>
    async (c) => {
      const id = parameter(c, 'id');
      const image = visibleImage(shelf, c.var.caller, id, `Image ${id} not found.`);
      const forbidden = `Not allowed to update tags for image ${id}.`;
      requireOwner(c.var.caller, image, 'modify_image', forbidden);
      const tags = change(image.tags, parameter(c, 'tag'));
      await shelf.save({ ...image, tags, updatedAt: clock.now() });
      return noContent();
    };

  const putInto =
    (status: ImageStatus, act: string): Handle =>
    async (c) => {
      const image = visibleImage(shelf, c.var.caller, parameter(c, 'id'));
      requireOwner(c.var.caller, image, act);
      if (image.status !== 'active' && image.status !== 'deactivated') {
        throw refusal(403, `Not allowed to ${act} image in status '${image.status}'`);
      }
      if (image.status !== status) await shelf.save({ ...image, status, updatedAt: clock.now() });
      return noContent();
    };

  return {
    tag: retag((tags, tag) => [...new Set([...tags, tag])]),
    untag: retag((tags, tag) => {
      if (!tags.includes(tag)) throw noSuchResource();
      return tags.filter((one) => one !== tag);
    }),
    deactivate: putInto('deactivated', 'deactivate'),
    reactivate: putInto('active', 'reactivate'),
  };
}
