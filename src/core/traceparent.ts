// The `traceparent` header of W3C Trace Context, read and written: one grammar for everything that
// continues a trace.

/** What a `traceparent` names. */
export interface TraceParent {
  /** 32 hexadecimal digits, not all of them zero. */
  readonly traceId: string;
  /** 16 hexadecimal digits, not all of them zero. */
  readonly spanId: string;
  readonly sampled: boolean;
}

/**
 * Null for what is none. Further fields are left unread after versions above 00 and are a mistake
 * after 00 (W3C Trace Context, sections 3.2.2 and 4).
 */
export function parseTraceparent(text: string): TraceParent | null {
  const match = TRACEPARENT.exec(text.trim());
  if (match === null) return null;
  const [, version, traceId = '', spanId = '', flags = '', more] = match;
  if (version === '00' && more !== undefined) return null;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

export function formatTraceparent({ traceId, spanId, sampled }: TraceParent): string {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;
}

const TRACEPARENT =
  /^(?!ff)([\da-f]{2})-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(-.*)?$/;
