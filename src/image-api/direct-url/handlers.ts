// Tries the places where a store keeps an image before Glance is asked for its data.
import type { DirectUrlHandler, ImageLocation } from './handler.ts';

export { createFileHandler, type FileHandlerOptions, type Filesystem } from './file-handler.ts';
export type { DirectUrlHandler, ImageLocation } from './handler.ts';
export { createRbdHandler, type RbdHandlerOptions } from './rbd-handler.ts';

/** A location that could not be used; its URL is left out, for it may hold a store's password. */
export interface DirectUrlTrouble {
  readonly scheme: string;
  readonly error: unknown;
}

/**
 * Downloads an image from the first of its locations that works, in their order; true when one did.
 * Schemes that are not allowed, or that no handler takes, are passed over in silence, so is a
 * location that its handler can't reach; what fails is told to `onTrouble`, and the next one is tried,
 * as in Nova. After false, `destPath` may hold what a failed attempt left.
 *
 * `verify` looks at the file, and by throwing makes the location one that failed.
 */
export async function downloadDirect(
  handlers: readonly DirectUrlHandler[],
  allowedSchemes: readonly string[],
  locations: readonly ImageLocation[],
  destPath: string,
  onTrouble: (trouble: DirectUrlTrouble) => void,
  verify: (destPath: string) => Promise<void> = async () => {},
): Promise<boolean> {
  for (const { url, metadata } of locations) {
    const parsed = URL.parse(url);
    const scheme = parsed?.protocol.slice(0, -1) ?? '';
    const handler = handlers.find(({ schemes }) => schemes.includes(scheme));
    if (parsed === null || handler === undefined || !allowedSchemes.includes(scheme)) continue;
    try {
      if (!(await handler.download(parsed, metadata, destPath))) continue;
      await verify(destPath);
      return true;
    } catch (error) {
      onTrouble({ scheme, error });
    }
  }
  return false;
}
