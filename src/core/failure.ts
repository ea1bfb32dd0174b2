// The one failure class and the one table of codes. Everything that goes wrong and is not an
// outcome of the cache is thrown as a GatewayFailure; only http/ turns a code into a status.

/** Who is at fault: the client, this gateway, or the origin behind it. */
export type FailureSource = 'client' | 'gateway' | 'origin';

interface FailureKind {
  /** HTTP status that the client is shown. */
  readonly status: number;
  readonly source: FailureSource;
  /** Whether the same request may succeed a little later: adds `Retry-After`. */
  readonly retryable: boolean;
  /** What the code means, for the documentation. */
  readonly meaning: string;
}

/** Every failure code with its status, its source and whether a retry may help. */
export const FAILURES = {
  'bad-uri': {
    status: 400,
    source: 'client',
    retryable: false,
    meaning: 'the request target is not a URI that the gateway can route',
  },
  'endpoint-not-configured': {
    status: 400,
    source: 'client',
    retryable: false,
    meaning: 'the image URI names an endpoint that is not configured',
  },
  'bad-request': {
    status: 400,
    source: 'client',
    retryable: false,
    meaning: 'the request breaks a rule of HTTP or of Glance that the gateway itself checks',
  },
  'unknown-region': {
    status: 404,
    source: 'client',
    retryable: false,
    meaning: 'no region of that name is configured',
  },
  'unknown-image': {
    status: 404,
    source: 'client',
    retryable: false,
    meaning: 'the image id is not a UUID, so no image can have it',
  },
  'range-not-satisfiable': {
    status: 416,
    source: 'client',
    retryable: false,
    meaning: 'the range lies outside the image data',
  },
  'headers-too-large': {
    status: 431,
    source: 'client',
    retryable: false,
    meaning: 'the request headers are over limits.header_size',
  },
  'too-many-calls': {
    status: 503,
    source: 'gateway',
    retryable: true,
    meaning: 'limits.calls requests are under way already',
  },
  'too-many-fills': {
    status: 503,
    source: 'gateway',
    retryable: true,
    meaning: 'limits.fills images are being fetched already, and what was asked for needs one more',
  },
  draining: {
    status: 503,
    source: 'gateway',
    retryable: true,
    meaning: 'the gateway is shutting down',
  },
  'origin-unreachable': {
    status: 503,
    source: 'origin',
    retryable: true,
    meaning: 'no endpoint of the region accepted a connection or answered',
  },
  'origin-timeout': {
    status: 503,
    source: 'origin',
    retryable: true,
    meaning: 'the origin did not answer, or stopped sending, within its deadline',
  },
  'origin-cut': {
    status: 503,
    source: 'origin',
    retryable: true,
    meaning: 'the origin closed the connection in the middle of an answer',
  },
  'origin-refused': {
    status: 503,
    source: 'origin',
    retryable: true,
    meaning: 'the origin answered a request of the gateway with a status that it cannot go on from',
  },
  'data-mismatch': {
    status: 503,
    source: 'origin',
    retryable: true,
    meaning: 'the image data that the origin sent does not have the size or the hash of its record',
  },
  'client-gone': {
    status: 499,
    source: 'client',
    retryable: false,
    meaning: 'the client closed the connection before the answer was complete',
  },
  internal: {
    status: 500,
    source: 'gateway',
    retryable: false,
    meaning: 'a defect of the gateway',
  },
} as const satisfies Record<string, FailureKind>;

export type FailureCode = keyof typeof FAILURES;

/**
 * Something went wrong. `message` is shown to the client and logged, so it never holds a token, a
 * header value or a URL's credentials; `cause` is only logged.
 */
export class GatewayFailure extends Error {
  override readonly name = 'GatewayFailure';
  readonly code: FailureCode;

  constructor(code: FailureCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** The failure itself, or `internal` around anything that is not one. */
export function asFailure(thrown: unknown): GatewayFailure {
  if (thrown instanceof GatewayFailure) return thrown;
  return new GatewayFailure('internal', 'The gateway failed unexpectedly.', { cause: thrown });
}
