// The few absolute links in Glance's answers, led back to the gateway: `Location` and the links of the
// version document. All other links are relative and pass as they are.

/**
 * The same link below the gateway's own URL; unchanged when it does not lead into Glance's v2 API.
 *
 * @param publicBase the gateway's URL of the region
 */
export function publicLink(link: string, publicBase: string): string {
  const parts = /^https?:\/\/[^/]+(?:\/[^?#]*?)?(\/v[12](?:\.\d+)?(?:[/?#].*)?)$/i.exec(link);
  return parts ? `${publicBase}${parts[1]}` : link;
}

/**
 * The version document with every `href` led to the gateway, all else to the letter; null when the
 * bytes are no such document.
 */
export function publicVersions(document: Uint8Array, publicBase: string): Uint8Array | null {
  const text = new TextDecoder().decode(document);
  if (!/^\s*\{\s*"versions"\s*:/.test(text)) return null;
  // Links are changed as they are written, so the base is escaped as they are.
  const base = JSON.stringify(publicBase).slice(1, -1);
  const rewritten = text.replace(
    /("href"\s*:\s*")((?:[^"\\]|\\.)*)/g,
    (_, before: string, link: string) => before + publicLink(link, base),
  );
  return new TextEncoder().encode(rewritten);
}
