// What the gateway reads from an image record. The record itself is passed on byte for byte.
import { type ImageId, parseImageId } from './image-id.ts';

export interface ImageRecord {
  readonly id: ImageId;
  /** Glance's status, `active` being the only one whose data can be cached. */
  readonly status: string;
  /** Bytes of image data; null while Glance does not know. */
  readonly size: number | null;
  /** MD5 in hexadecimal, what Glance sends as `Content-Md5`. */
  readonly checksum: string | null;
  readonly hashAlgorithm: string | null;
  readonly hashValue: string | null;
  /** Glance's stores that hold the data, as the record lists them: tells which origins can do ranges. */
  readonly stores: string;
}

/** Null when the bytes are no image record. */
export function parseImageRecord(bytes: Uint8Array): ImageRecord | null {
  const json = parseObject(bytes);
  if (json === null) return null;
  const id = typeof json.id === 'string' ? parseImageId(json.id) : null;
  if (id === null || typeof json.status !== 'string') return null;
  return {
    id,
    status: json.status,
    size: Number.isSafeInteger(json.size) ? (json.size as number) : null,
    checksum: headerOrNull(json.checksum),
    hashAlgorithm: textOrNull(json.os_hash_algo),
    hashValue: textOrNull(json.os_hash_value),
    stores: textOrNull(json.stores) ?? '',
  };
}

function parseObject(bytes: Uint8Array): Record<string, unknown> | null {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** It is sent on in a header, which does not hold every text. */
function headerOrNull(value: unknown): string | null {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value) ? value : null;
}
