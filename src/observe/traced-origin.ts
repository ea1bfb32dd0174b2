// A span around every exchange with the origin, ended when its body is read out or given up; and the
// trace context that the origin is sent.
import { asFailure } from '../core/failure.ts';
import { headerValue } from '../core/headers.ts';
import { isKnownMethod } from '../core/http-method.ts';
import { shownPath } from '../core/shown-path.ts';
import type { CallWatch } from '../ports/call.ts';
import type { Counters } from '../ports/call-observer.ts';
import type { Origin, OriginAnswer, OriginBody, OriginRequest } from '../ports/origin.ts';
import type { GatewaySpan, GatewayTracing } from '../ports/tracing.ts';

/**
 * Exchanges of one call or fill that have a span of their own: a large image is thousands of ranges.
 * The first ones tell how the origin does; the fill's own span has the sums.
 */
const MAX_SPANS = 32;

export function traceOrigin(origin: Origin, tracing: GatewayTracing, counters: Counters): Origin {
  const exchanges = new WeakMap<CallWatch, number>();

  return {
    async send(call, request) {
      const { region } = request;
      const nth = (exchanges.get(call.watch) ?? 0) + 1;
      exchanges.set(call.watch, nth);
      const span = nth > MAX_SPANS ? null : begin(tracing, call.trace, request);
      const trace = span?.context ?? call.trace;
      const watch: CallWatch = {
        looked: (tries) => call.watch.looked(tries),
        attemptFailed(endpoint, code, goesOn) {
          if (goesOn) counters.count('failover', { region });
          const told = { 'glance_edge.origin.endpoint': endpoint, 'error.type': code };
          span?.event('attempt.failed', told);
        },
      };
      const headers = [...request.headers, ...tracing.headers(trace)];
      try {
        const answer = await origin.send({ ...call, trace, watch }, { ...request, headers });
        if (span === null) return answer;
        tellAnswer(span, request, answer);
        return { ...answer, body: traceBody(answer.body, span) };
      } catch (thrown) {
        if (span) endFailed(span, thrown);
        throw thrown;
      }
    },
  };
}

function begin(
  tracing: GatewayTracing,
  parent: GatewaySpan['context'],
  { method, target, region }: OriginRequest,
): GatewaySpan {
  const known = isKnownMethod(method);
  return tracing.child(parent, `origin ${known ? method : 'HTTP'}`, 'client', {
    'http.request.method': known ? method : '_OTHER',
    'url.path': shownPath(target),
    'glance_edge.region': region,
  });
}

function tellAnswer(span: GatewaySpan, request: OriginRequest, answer: OriginAnswer): void {
  const { status, endpoint, attempts } = answer;
  const { protocol, hostname, port } = new URL(endpoint);
  span.set({
    'http.response.status_code': status,
    'url.full': endpoint + shownPath(request.target),
    'server.address': hostname,
    'server.port': Number(port || (protocol === 'https:' ? 443 : 80)),
    'http.request.resend_count': attempts > 1 ? attempts - 1 : undefined,
    'glance_edge.origin.attempts': attempts,
    'glance_edge.origin.request_id':
      headerValue(answer.headers, 'x-openstack-request-id') ?? undefined,
  });
  // 416 is what the gateway asks for when it asks who may download: the conventions let a client that
  // knows better say so.
  if (status >= 400 && status !== 416) span.fail(String(status), '');
}

function traceBody(body: OriginBody, span: GatewaySpan): OriginBody {
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
        span.set({ 'http.response.body.size': bytes });
        endFailed(span, thrown);
        throw thrown;
      }
    },
    cancel() {
      body.cancel();
      end();
    },
  };
}

function endFailed(span: GatewaySpan, thrown: unknown): void {
  const failure = asFailure(thrown);
  if (failure.code === 'client-gone') span.set({ 'error.type': failure.code });
  else span.fail(failure.code, failure.message);
  span.end();
}
