// Paths as spans may show them.
import { ownText } from './own-text.ts';

/**
 * `:/`, and what stands before an "@" in the same segment of a path, each plain or encoded, however
 * often: what a gateway refuses for being misspelt holds the same password.
 */
const USER_INFO = /((?::|%(?:25)*3a)(?:\/|%(?:25)*2f)+)(?:(?!%(?:25)*2f)[^/])*(?:@|%(?:25)*40)/gi;

/** Most characters of a path; those of Glance's API are shorter, image URIs included. */
const MAX_SHOWN = 1024;

/** The path of a request target without its query, and without the credentials of image URIs in it. */
export function shownPath(target: string): string {
  const [path = ''] = target.split('?', 1);
  const shown = path.replace(USER_INFO, '$1').slice(0, MAX_SHOWN);
  return target.length > MAX_SHOWN ? ownText(shown) : shown;
}
