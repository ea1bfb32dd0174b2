// Texts that are kept longer than what they were cut out of.

/**
 * The text by itself. Engines keep a long text alive for as long as any cut of it, so that a path of 50
 * characters, held with its trace, would hold the 60 KiB of the query behind it as well.
 */
export function ownText(text: string): string {
  return String(JSON.parse(JSON.stringify(text)));
}
