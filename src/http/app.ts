// The Glance face: one span per call, a target from the URI, an answer from serve, and every failure
// in Glance's words.
import { Hono } from 'hono';
import { createTierTally, type TierTally } from '../cache/tier-tally.ts';
import { type AtOnce, settled, whenThere } from '../core/at-once.ts';
import { asFailure, GatewayFailure } from '../core/failure.ts';
import { headerValue } from '../core/headers.ts';
import type { RoutingTable } from '../core/target.ts';
import { type CallWatch, UNWATCHED } from '../ports/call.ts';
import type { CallObserver } from '../ports/call-observer.ts';
import type { Log } from '../ports/log.ts';
import type { Clock } from '../ports/runtime.ts';
import type { GatewayTracing } from '../ports/tracing.ts';
import { type Answer, nothingTold } from '../serve/exchange.ts';
import { gatewayRequestId } from '../serve/request-id.ts';
import type { Serve } from '../serve/serve.ts';
import { createCallRecord } from './call-record.ts';
import { countedBody } from './counted-body.ts';
import { failureAnswer } from './failure-answer.ts';
import type { HttpBindings, HttpContext } from './request-head.ts';
import { createReadRequest } from './request-reading.ts';
import { writeResponse } from './write-response.ts';

export interface GlanceAppOptions {
  readonly table: RoutingTable;
  readonly serve: Serve;
  readonly tracing: GatewayTracing;
  readonly observers: readonly CallObserver[];
  readonly log: Log;
  readonly clock: Clock;
  readonly keyed: (text: string) => string;
  readonly maxCalls: number;
}

export interface GlanceApp {
  fetch(request: Request, bindings?: HttpBindings): Response | Promise<Response>;
  /** Calls whose last byte has not left yet. */
  underWay(): number;
  /**
   * From here on new calls are answered 503 `draining`. Settles when no call is under way any more,
   * which its observers know by then; repeating it is fine.
   */
  drain(): Promise<void>;
}

export function createGlanceApp(options: GlanceAppOptions): GlanceApp {
  const { tracing, clock, log } = options;
  const app = new Hono<{ Bindings: HttpBindings }>();
  const readRequest = createReadRequest(options.table, options.keyed);
  let underWay = 0;
  let draining = false;
  const drained = Promise.withResolvers<void>();

  app.all('*', function answerCall(c) {
    return answer(c);
  });
  // Whatever escapes is a defect; it ends as an answer, not as a stack trace.
  app.onError((thrown) => {
    log.error({ err: thrown }, 'A call failed unexpectedly.');
    return new Response('500 Internal Server Error', { status: 500 });
  });

  return {
    fetch: (request, bindings = {}) => app.fetch(request, bindings),
    underWay: () => underWay,
    drain() {
      draining = true;
      settleIfDrained();
      return drained.promise;
    },
  };

  function answer(c: HttpContext): AtOnce<Response> {
    const startedAt = clock.now();
    const asked = readRequest(c);
    const { head, headers, target: routed } = asked;
    const recipient = { method: head.method, sink: c.env.sink };
    const told = nothingTold();
    const target = routed instanceof GatewayFailure ? null : routed;
    const span = tracing.server(asked.name, headers, asked.attributes);
    const tally = createTierTally();
    underWay += 1;
    const { observers } = options;
    const record = createCallRecord({
      span,
      head,
      target,
      told,
      tracing,
      tally,
      clock,
      startedAt,
      observers,
      onEnd,
    });
    return settled(
      () => whenThere(served(), (answered) => writeResponse(answered, told, record, recipient)),
      (response) => response,
      refused,
    );

    function served(): AtOnce<Answer> {
      if (routed instanceof GatewayFailure) throw routed;
      admit();
      return options.serve({
        call: { signal: c.req.raw.signal, trace: span.context, watch: watchedBy(tally) },
        method: head.method,
        target: routed,
        headers: asked.sendable,
        caller: asked.caller,
        directives: asked.directives,
        body: countedBody(c.req.raw, headers, (bytes) => record.received(bytes)),
        told,
      });
    }

    function refused(thrown: unknown): Response {
      const failure = asFailure(thrown);
      if (failure.code === 'internal') {
        log.error({ err: failure, trace_id: span.context.traceId }, 'A call failed unexpectedly.');
      }
      record.failed(failure);
      const requestId = gatewayRequestId(span.context);
      told.requestId = requestId;
      const accept = headerValue(headers, 'accept');
      const refusal = failureAnswer(failure, accept, requestId);
      return writeResponse(refusal, told, record, recipient);
    }
  }

  function watchedBy(tally: TierTally): CallWatch {
    return { ...UNWATCHED, looked: (tries) => tally.looked(tries) };
  }

  function onEnd(): void {
    underWay -= 1;
    settleIfDrained();
  }

  function settleIfDrained(): void {
    if (draining && underWay === 0) drained.resolve();
  }

  function admit(): void {
    if (draining) throw new GatewayFailure('draining', 'The gateway is shutting down.');
    if (underWay > options.maxCalls) {
      throw new GatewayFailure('too-many-calls', 'Too many calls are under way: limits.calls.');
    }
  }
}
