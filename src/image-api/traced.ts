// Makes each public method a span `nova_image.<method>` under the caller's, as Nova's profiler does:
// arguments are recorded without secrets, results are not, exceptions by their code.
import type { HmacSha1 } from '../core/osprofiler.ts';
import { UNWATCHED } from '../ports/call.ts';
import type { Span, SpanAttributes, Tracing } from '../ports/tracing.ts';
import type { ImageContext } from './context.ts';
import { ImageApiError } from './errors.ts';
import type { Scope } from './scope.ts';
import {
  isTrace,
  NO_TRACE,
  profilerHeaders,
  traceOfParent,
  traceparentHeaders,
} from './trace-headers.ts';

export interface TracedCall {
  readonly scope: Scope;
  /** Ends the span: null when all went well. Repeating it is fine. */
  readonly end: (thrown: unknown) => void;
}

export interface CallTracer {
  /** A span that the caller ends. */
  readonly begin: (method: string, context: ImageContext, args: SpanAttributes) => TracedCall;
  /** A span that ends with the work. */
  run<T>(
    method: string,
    context: ImageContext,
    args: SpanAttributes,
    work: (scope: Scope) => Promise<T>,
  ): Promise<T>;
}

export interface CallTracerParts {
  readonly tracing: Tracing;
  /** The first one signs; none for no osprofiler headers. */
  readonly hmacKeys: readonly string[];
  readonly hmac: HmacSha1;
}

export function createCallTracer({ tracing, hmacKeys, hmac }: CallTracerParts): CallTracer {
  const [key] = hmacKeys;

  function begin(method: string, context: ImageContext, args: SpanAttributes): TracedCall {
    const parent = typeof context.trace === 'string' ? traceOfParent(context.trace) : context.trace;
    const span = tracing.child(parent ?? NO_TRACE, `nova_image.${method}`, 'internal', {
      'code.function.name': `ImageApi.${method}`,
      ...args,
    });
    const profiled = key === undefined ? [] : profilerHeaders(span.context, key, hmac);
    const traced = isTrace(span.context) ? tracing.headers(span.context) : [];
    const signal = context.signal ?? new AbortController().signal;
    const call = { signal, trace: span.context, watch: UNWATCHED };
    return {
      scope: { context, call, span, traceHeaders: [...traced, ...profiled] },
      end(thrown) {
        if (thrown !== null) fail(span, thrown);
        span.end();
      },
    };
  }

  return {
    begin,
    async run(method, context, args, work) {
      const { scope, end } = begin(method, context, args);
      try {
        const result = await work(scope);
        end(null);
        return result;
      } catch (thrown) {
        end(thrown);
        throw thrown;
      }
    },
  };
}

/** Tracing that records nothing; the caller's trace goes out as it came. */
export const noTracing: Tracing = {
  server: () => silent(NO_TRACE),
  child: (parent) => silent(parent),
  headers: traceparentHeaders,
};

function silent(context: Span['context']): Span {
  const nothing = (): void => {};
  return { context, set: nothing, event: nothing, link: nothing, fail: nothing, end: nothing };
}

/** The text of a foreign error may hold anything; its name is all that is recorded. */
function fail(span: Span, thrown: unknown): void {
  if (thrown instanceof ImageApiError) span.fail(thrown.code, thrown.message);
  else span.fail(thrown instanceof Error ? thrown.name : 'error', 'The method threw.');
}

/** An image ref as it may be recorded: user info, query and fragment of a URI are left out. */
export function recordedRef(ref: string): string {
  return ref
    .slice(0, 2000)
    .replace(/\/\/[^/@]*@/, '//')
    .replace(/[?#].*$/s, '')
    .slice(0, 300);
}
