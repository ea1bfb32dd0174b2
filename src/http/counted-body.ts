// The body of a request on its way to the origin, its bytes counted as they pass.
import { GatewayFailure } from '../core/failure.ts';
import { type HeaderList, headerValue } from '../core/headers.ts';

/**
 * Null when the request has none (RFC 9112 §6.3: it has one when it says so in its headers).
 * Backpressure and errors pass through. Throws `bad-request` for a body where Glance takes none.
 */
export function countedBody(
  request: Request,
  headers: HeaderList,
  count: (bytes: number) => void,
): ReadableStream<Uint8Array> | null {
  const length = headerValue(headers, 'content-length');
  const announced = headerValue(headers, 'transfer-encoding') !== null || Number(length ?? 0) > 0;
  if (!announced) return null;
  if (request.method === 'GET' || request.method === 'HEAD') {
    throw new GatewayFailure('bad-request', 'A body is not expected in a GET request.');
  }
  if (request.body === null) return null;
  const reader = request.body.getReader();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) return controller.close();
        count(value.length);
        controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
