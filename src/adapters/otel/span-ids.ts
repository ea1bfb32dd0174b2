// Ids of traces and spans: random, a few thousand bytes fetched at a time.
import { randomFillSync } from 'node:crypto';

const POOL_BYTES = 8192;

export interface SpanIds {
  /** 32 hexadecimal digits. */
  trace(): string;
  /** 16 hexadecimal digits. */
  span(): string;
}

/** All zeros, which would be no id, has a chance of one in 2^64. */
export function createSpanIds(): SpanIds {
  const pool = Buffer.alloc(POOL_BYTES);
  let at = POOL_BYTES;
  function hex(bytes: number): string {
    if (at + bytes > POOL_BYTES) {
      randomFillSync(pool);
      at = 0;
    }
    at += bytes;
    return pool.toString('hex', at - bytes, at);
  }
  return { trace: () => hex(16), span: () => hex(8) };
}
