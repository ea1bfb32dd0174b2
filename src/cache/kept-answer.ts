// An origin's answer kept whole: its status, its headers, its bytes. How records lie in tiers.
import type { HeaderList } from '../core/headers.ts';

export interface KeptAnswer {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Uint8Array;
  /** Epoch ms at which the gateway began to ask: freshness counts from there. */
  readonly storedAt: number;
}

/** `[length of the head as 4 bytes][head as JSON][body]`. */
export function encodeKeptAnswer(answer: KeptAnswer): Uint8Array {
  const { status, headers, storedAt, body } = answer;
  const head = new TextEncoder().encode(JSON.stringify({ status, headers, storedAt }));
  const bytes = new Uint8Array(4 + head.length + body.length);
  new DataView(bytes.buffer).setUint32(0, head.length);
  bytes.set(head, 4);
  bytes.set(body, 4 + head.length);
  return bytes;
}

// Memory hands out the same bytes again and again: they are decoded once.
const decoded = new WeakMap<Uint8Array, KeptAnswer>();

/** Null when the bytes are no kept answer. */
export function decodeKeptAnswer(bytes: Uint8Array): KeptAnswer | null {
  const known = decoded.get(bytes);
  if (known) return known;
  try {
    const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0);
    const head = JSON.parse(new TextDecoder().decode(bytes.slice(4, 4 + length)));
    const answer: KeptAnswer = { ...head, body: bytes.subarray(4 + length) };
    decoded.set(bytes, answer);
    return answer;
  } catch {
    return null;
  }
}
