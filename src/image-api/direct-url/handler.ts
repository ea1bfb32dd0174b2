// What fetches image data around Glance, from the place where its store keeps it.

/** A place of an image's data, as Glance's `locations` has it. */
export interface ImageLocation {
  readonly url: string;
  /** What the operator of the store says of it. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

export interface DirectUrlHandler {
  /** Lower-case URL schemes without the colon. */
  readonly schemes: readonly string[];
  /**
   * Writes the data at `url` to the file `destPath`, whole, over what an earlier attempt left there.
   * False when the location is not one that is reachable from here; throws when it is but its URL is
   * refused or the transfer fails. Where image owners may set locations, they choose the URL: nothing
   * in it may reach further than the operator has allowed.
   */
  download(
    url: URL,
    metadata: Readonly<Record<string, unknown>>,
    destPath: string,
  ): Promise<boolean>;
}
