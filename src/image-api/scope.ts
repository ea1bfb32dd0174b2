// One call of a method while it runs: who called, its span, and the headers all its requests carry.
import type { HeaderList } from '../core/headers.ts';
import type { Call } from '../ports/call.ts';
import type { Span } from '../ports/tracing.ts';
import type { ImageContext } from './context.ts';
import { Invalid } from './errors.ts';

export interface Scope {
  readonly context: ImageContext;
  readonly call: Call;
  readonly span: Span;
  /** Trace headers for what goes out: `traceparent`, and osprofiler's where keys are given. */
  readonly traceHeaders: HeaderList;
}

/** What every request of this call carries. Throws Invalid for a token that no header can hold. */
export function scopeHeaders({ context, traceHeaders }: Scope): HeaderList {
  const { authToken, serviceToken, globalId } = context;
  return [
    ...secret('X-Auth-Token', authToken),
    ...secret('X-Service-Token', serviceToken),
    ...(globalId && REQUEST_ID.test(globalId)
      ? [['X-OpenStack-Request-ID', globalId] as const]
      : []),
    ...traceHeaders,
  ];
}

/** Glance fails on longer ones; one that it would not take is left out, since nothing hangs on it. */
const REQUEST_ID = /^[!-~]{1,64}$/;

function secret(name: string, value: string | null | undefined): HeaderList {
  if (value === null || value === undefined || value === '') return [];
  // The runtime's own complaint would have the token in its text.
  if (!/^[!-~]+$/.test(value)) throw new Invalid(`The value for ${name} is not a token.`);
  return [[name, value]];
}
