// Whether a caller without a token may see an image (Nova's `_is_image_available`).
import type { ImageContext } from './context.ts';
import type { JsonObject } from './glance/json.ts';

/**
 * With a token Glance has decided already. Without one: admins see everything, everybody what is
 * public, and others what their project owns or they have made, as the image's properties say.
 */
export function isAvailable(context: ImageContext, image: JsonObject): boolean {
  if (context.authToken) return true;
  if (context.isAdmin || image.visibility === 'public') return true;
  const { projectId, userId } = context;
  if (projectId && (image.owner_id === projectId || image.project_id === projectId)) return true;
  return Boolean(userId) && image.user_id === userId;
}
