// An endpoint's URL taken apart as text, so that a target below it stays byte for byte as it came.

export interface EndpointParts {
  /** Scheme, host and port: what a connection is opened to. */
  readonly origin: string;
  /** The path before every target, without a slash at its end; often empty. */
  readonly prefix: string;
}

const ENDPOINT = /^(https?:\/\/[^/?#]+)([^?#]*)$/i;

/** Null when it is no http(s) URL, or one with a query or fragment. */
export function splitEndpoint(endpoint: string): EndpointParts | null {
  const match = ENDPOINT.exec(endpoint);
  if (match?.[1] === undefined) return null;
  return { origin: match[1], prefix: (match[2] ?? '').replace(/\/+$/, '') };
}
