// Regions and their endpoints as configured: the only addresses that are ever connected to.

export interface Region {
  readonly name: string;
  /** Base URLs of Glance as configured, normalized by `normalizeEndpoint`. */
  readonly endpoints: readonly string[];
  /** Values of `Host` that lead here, lower case, with the port where it was configured. */
  readonly hosts: readonly string[];
}
