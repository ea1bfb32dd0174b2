// A span around every exchange with the origin, ended when its body is read out or given up; and the
// trace context that the origin is sent.
import { asFailure } from '../core/failure.ts';
import { headerValue } from '../core/headers.ts';
import { shownPath } from '../core/shown-path.ts';
import type { Origin, OriginBody } from '../ports/origin.ts';
import type { Span, Tracing } from '../ports/tracing.ts';

export function traceOrigin(origin: Origin, tracing: Tracing): Origin {
  return {
    async send(call, request) {
      const span = tracing.child(call.trace, `origin ${request.method}`, 'client', {
        'http.request.method': request.method,
        'url.path': shownPath(request.target),
        'glance_edge.region': request.region,
      });
      const headers = [...request.headers, ...tracing.headers(span.context)];
      try {
        const answer = await origin.send({ ...call, trace: span.context }, { ...request, headers });
        const requestId = headerValue(answer.headers, 'x-openstack-request-id');
        span.set({
          'http.response.status_code': answer.status,
          'server.address': answer.endpoint,
          'glance_edge.origin.attempts': answer.attempts,
          ...(requestId === null ? {} : { 'glance_edge.origin.request_id': requestId }),
        });
        return { ...answer, body: traceBody(answer.body, span) };
      } catch (thrown) {
        const failure = asFailure(thrown);
        span.fail(failure.code, failure.message);
        span.end();
        throw thrown;
      }
    },
  };
}

function traceBody(body: OriginBody, span: Span): OriginBody {
  let bytes = 0;
  const end = (): void => {
    span.set({ 'http.response.body.size': bytes });
    span.end();
  };
  return {
    async read() {
      try {
        const piece = await body.read();
        if (piece === null) end();
        else bytes += piece.length;
        return piece;
      } catch (thrown) {
        const failure = asFailure(thrown);
        span.fail(failure.code, failure.message);
        end();
        throw thrown;
      }
    },
    cancel() {
      body.cancel();
      end();
    },
  };
}
