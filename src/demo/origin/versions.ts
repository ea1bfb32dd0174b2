// The versions document, and the paths of minor versions that Glance takes for /v2.

/** Minor versions of a Glance with several stores and without an image cache, newest first. */
const MINOR_VERSIONS = [15, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0];

/** What `GET /` and `GET /versions` answer; links are absolute, from the caller's `Host`. */
export function versionsDocument(origin: string) {
  return {
    versions: MINOR_VERSIONS.map((minor, index) => ({
      id: `v2.${minor}`,
      status: index === 0 ? 'CURRENT' : 'SUPPORTED',
      links: [{ rel: 'self', href: `${origin}/v2/` }],
    })),
  };
}

/** The path with `/v2.N` read as `/v2` where Glance knows that N. */
export function majorVersionPath(path: string): string {
  const [, minor, rest = ''] = /^\/v2\.(\d+)(\/.*)?$/.exec(path) ?? [];
  return minor !== undefined && MINOR_VERSIONS.includes(Number(minor)) ? `/v2${rest}` : path;
}
