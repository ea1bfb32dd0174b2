// Paths as spans may show them.

/** `://`, and what stands before an "@" in the same segment of a path, each plain or encoded. */
const USER_INFO = /((?::|%3a)(?:\/|%2f){2})(?:(?!%2f)[^/])*(?:@|%40)/gi;

/** The path of a request target without its query, and without the credentials of image URIs in it. */
export function shownPath(target: string): string {
  const [path = ''] = target.split('?', 1);
  return path.replace(USER_INFO, '$1');
}
