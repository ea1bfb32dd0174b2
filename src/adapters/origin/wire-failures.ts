// The failures a wire can meet, in words that are fit for a client: no address, no header value.
import { GatewayFailure } from '../../core/failure.ts';

export function unreachable(cause: unknown): GatewayFailure {
  return new GatewayFailure('origin-unreachable', 'The image service could not be reached.', {
    cause: withoutPayload(cause),
  });
}

export function cutBeforeAnswer(cause: unknown): GatewayFailure {
  return new GatewayFailure(
    'origin-unreachable',
    'The image service closed the connection without an answer.',
    { cause: withoutPayload(cause) },
  );
}

export function cutInAnswer(cause: unknown): GatewayFailure {
  return new GatewayFailure(
    'origin-cut',
    'The image service closed the connection in the middle of its answer.',
    { cause: withoutPayload(cause) },
  );
}

/** `what` says which deadline has passed: "did not …". */
export function tooLate(what: string): GatewayFailure {
  return new GatewayFailure('origin-timeout', `The image service ${what} in time.`);
}

export function clientGone(cause: unknown): GatewayFailure {
  return new GatewayFailure('client-gone', 'The client went away before the answer was complete.', {
    cause,
  });
}

export function notSendable(cause: unknown): GatewayFailure {
  return new GatewayFailure('internal', 'The request could not be put on the wire.', { cause });
}

/** A parser's error carries the bytes it choked on, which have no place in a log. */
function withoutPayload(cause: unknown): unknown {
  if (!(cause instanceof Error) || !('data' in cause)) return cause;
  return new Error(cause.message);
}
