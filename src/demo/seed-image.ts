// Puts an image into an embedded Glance the way a client does: create the record, upload the data.
import type { EmbeddedGlance } from './origin/embedded-glance.ts';

export interface SeedImage {
  readonly name: string;
  readonly data: Iterable<Uint8Array>;
  /** Further attributes of the record: `visibility`, `id`, `tags`, properties … */
  readonly attributes?: Readonly<Record<string, unknown>>;
}

export interface SeededImage {
  readonly id: string;
  readonly size: number;
  /** The data's hash in hexadecimal. */
  readonly sha512: string;
}

/** Creates the image as the owner of that token; raw and bare unless `attributes` say otherwise. */
export async function seedImage(
  glance: EmbeddedGlance,
  token: string,
  { name, data, attributes = {} }: SeedImage,
): Promise<SeededImage> {
  const record = { name, disk_format: 'raw', container_format: 'bare', ...attributes };
  const call = caller(glance, token);
  const created = await call('POST', '', 'application/json', JSON.stringify(record));
  const path = `/${described(JSON.parse(created)).id}`;
  await call('PUT', `${path}/file`, 'application/octet-stream', ReadableStream.from(data));
  return described(JSON.parse(await call('GET', path)));
}

/** The active image of that name, or null. */
export async function seededImage(
  glance: EmbeddedGlance,
  token: string,
  name: string,
): Promise<SeededImage | null> {
  const path = `?name=${encodeURIComponent(name)}&status=active`;
  const list: { readonly images: readonly JsonRecord[] } = JSON.parse(
    await caller(glance, token)('GET', path),
  );
  const [image] = list.images;
  return image === undefined ? null : described(image);
}

type JsonRecord = Readonly<Record<string, unknown>>;

const described = (image: JsonRecord): SeededImage => ({
  id: String(image.id),
  size: Number(image.size),
  sha512: String(image.os_hash_value),
});

/** Calls below `/v2/images`; rejects unless the answer is a good one. */
function caller(glance: EmbeddedGlance, token: string) {
  return async (
    method: string,
    path: string,
    type = '',
    body: string | ReadableStream | null = null,
  ): Promise<string> => {
    const headers = { 'X-Auth-Token': token, ...(body === null ? {} : { 'Content-Type': type }) };
    const url = `http://embedded.invalid/v2/images${path}`;
    const request = new Request(url, { method, headers, body, duplex: 'half' });
    const response = await glance.fetch(request);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text;
  };
}
