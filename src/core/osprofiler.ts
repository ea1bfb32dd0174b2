// osprofiler's trace headers, by which services of OpenStack hang their points into one profile:
// read and verified when a call comes in, packed and signed when one goes out to Glance.
import { type HeaderList, headerValues } from './headers.ts';
import type { TraceParent } from './traceparent.ts';

/** A profile that a call belongs to. */
export interface Profile {
  /** UUID of the whole profile as its caller wrote it: reports look it up by that text. */
  readonly baseId: string;
  /** UUID of the caller's point; `baseId` when the caller has none, as `glance --profile`. */
  readonly parentId: string;
  /**
   * Which key had signed it, counted from 0: what goes on is signed with the same one, as osprofiler
   * does, so that services which know but one of the keys go on understanding each other.
   */
  readonly keyIndex: number;
}

/** HMAC-SHA-1 in hexadecimal, which is what osprofiler signs with. */
export type HmacSha1 = (key: string, text: string) => string;

export type ProfileReading =
  | { readonly kind: 'absent' }
  | { readonly kind: 'verified'; readonly profile: Profile }
  /** `signature`: made with none of the keys, or missing. `malformed`: signed or not, it is no profile. */
  | { readonly kind: 'refused'; readonly reason: 'signature' | 'malformed' };

/** In lower case. */
export const PROFILE_HEADERS: ReadonlySet<string> = new Set(['x-trace-info', 'x-trace-hmac']);

/**
 * The profile that a caller asks for. As in osprofiler's own middleware, the signature is checked
 * before anything is unpacked, `base_id` has to be there, and other keys than `parent_id` make it
 * invalid; beyond it, both ids have to be UUIDs, because traces are named by them.
 */
export function readProfile(
  headers: HeaderList,
  keys: readonly string[],
  hmac: HmacSha1,
): ProfileReading {
  const infos = headerValues(headers, 'x-trace-info');
  const signatures = headerValues(headers, 'x-trace-hmac');
  const [info] = infos;
  const [signature] = signatures;
  if (info === undefined && signature === undefined) return { kind: 'absent' };
  if (info === undefined || info.length > INFO_LIMIT || infos.length > 1 || signatures.length > 1) {
    return MALFORMED;
  }
  const keyIndex = signerOf(info, signature?.trim() ?? '', keys, hmac);
  if (keyIndex === null) return { kind: 'refused', reason: 'signature' };
  const ids = unpack(info);
  return ids === null ? MALFORMED : { kind: 'verified', profile: { ...ids, keyIndex } };
}

/** `X-Trace-Info` and its signature, as osprofiler packs them: spaces, `=` and all. */
export function profileHeaders(
  { baseId, parentId }: Pick<Profile, 'baseId' | 'parentId'>,
  key: string,
  hmac: HmacSha1,
): HeaderList {
  const json = `{"base_id": "${baseId}", "parent_id": "${parentId}"}`;
  const info = btoa(json).replaceAll('+', '-').replaceAll('/', '_');
  return [
    ['X-Trace-Info', info],
    ['X-Trace-HMAC', hmac(key, info)],
  ];
}

/**
 * A profile as a trace: all 128 bits of `base_id` name the trace, the low 64 of `parent_id` the span.
 * osprofiler's drivers for Jaeger and OTLP shorten ids in the same way (`shorten_id`). It is sampled:
 * whoever signs a profile wants to see it.
 */
export function traceOfProfile({ baseId, parentId }: Profile): TraceParent {
  return { traceId: digitsOf(baseId), spanId: digitsOf(parentId).slice(16), sampled: true };
}

/** A trace id as the `base_id` that `traceOfProfile` reads it from. */
export const baseIdOf = (traceId: string): string => uuid(traceId);

/** A span id as the `parent_id` that `traceOfProfile` reads it from. */
export const parentIdOf = (spanId: string): string => uuid(spanId.padStart(32, '0'));

/** Characters of `X-Trace-Info`: two UUIDs take 144. */
const INFO_LIMIT = 512;

const MALFORMED = { kind: 'refused', reason: 'malformed' } as const;

/** Every key is tried to its end, so that the time it takes tells nothing about any of them. */
function signerOf(
  info: string,
  signature: string,
  keys: readonly string[],
  hmac: HmacSha1,
): number | null {
  let signer: number | null = null;
  for (const [index, key] of keys.entries()) {
    if (sameInConstantTime(signature, hmac(key, info))) signer ??= index;
  }
  return signer;
}

/** The length of a signature is no secret. */
function sameInConstantTime(given: string, wanted: string): boolean {
  if (given.length !== wanted.length) return false;
  let difference = 0;
  for (let at = 0; at < wanted.length; at += 1) {
    difference |= given.charCodeAt(at) ^ wanted.charCodeAt(at);
  }
  return difference === 0;
}

function unpack(info: string): Pick<Profile, 'baseId' | 'parentId'> | null {
  const packed = parseObject(info);
  if (packed === null || Object.keys(packed).some((key) => !KNOWN_KEYS.has(key))) return null;
  const { base_id: baseId } = packed;
  const parentId = packed.parent_id || baseId;
  return isId(baseId) && isId(parentId) ? { baseId, parentId } : null;
}

/** `hmac_key` means nothing on the wire; osprofiler lets it pass, because it adds one of its own. */
const KNOWN_KEYS: ReadonlySet<string> = new Set(['base_id', 'parent_id', 'hmac_key']);

function parseObject(info: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(atob(info.replaceAll('-', '+').replaceAll('_', '/')));
    return typeof value === 'object' && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

/** A UUID whose low half can name a span; with or without dashes, as Python reads them. */
function isId(value: unknown): value is string {
  return typeof value === 'string' && UUID.test(value) && !/^0+$/.test(digitsOf(value).slice(16));
}

const UUID = /^[\da-f]{8}(-?)[\da-f]{4}\1[\da-f]{4}\1[\da-f]{4}\1[\da-f]{12}$/i;

const digitsOf = (id: string): string => id.replaceAll('-', '').toLowerCase();

const uuid = (digits: string): string =>
  digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
