// The one place where a failure becomes an HTTP answer, in the shape of Glance's own errors.
import { FAILURES, type GatewayFailure } from '../core/failure.ts';
import { errorBody, errorText } from '../core/glance-error.ts';
import type { HeaderList } from '../core/headers.ts';
import type { Answer } from '../serve/exchange.ts';

/** Seconds: long enough for an origin to be restarted or failed over, short enough for a boot to wait. */
const RETRY_AFTER = 5;

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  404: 'Not Found',
  416: 'Requested Range Not Satisfiable',
  431: 'Request Header Fields Too Large',
  499: 'Client Closed Request',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

export function failureAnswer(
  failure: GatewayFailure,
  accept: string | null,
  requestId: string,
): Answer {
  const { status, retryable } = FAILURES[failure.code];
  // What went wrong inside may hold anything; the log has it under the trace id.
  const message = failure.code === 'internal' ? 'The gateway failed.' : failure.message;
  const named = `${message} (${failure.code})`;
  const error = { status, reason: REASONS[status] ?? '', text: errorText(named) };
  const { contentType, body } = errorBody(error, accept);
  const bytes = new TextEncoder().encode(body);
  const headers: HeaderList = [
    ['Content-Type', contentType],
    ['Content-Length', String(bytes.length)],
    ['X-Openstack-Request-Id', requestId],
    ...(retryable ? [['Retry-After', String(RETRY_AFTER)] as const] : []),
  ];
  return { status, headers, body: bytes };
}
