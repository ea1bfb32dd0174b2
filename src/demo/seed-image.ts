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
  const call = async (
    method: string,
    path: string,
    type: string,
    body: string | ReadableStream | null,
  ) => {
    const headers = new Headers({ 'X-Auth-Token': token });
    if (body !== null) headers.set('Content-Type', type);
    const url = `http://embedded.invalid/v2/images${path}`;
    const response = await glance.fetch(
      new Request(url, { method, headers, body, duplex: 'half' }),
    );
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text;
  };
  const record = { name, disk_format: 'raw', container_format: 'bare', ...attributes };
  const created = await call('POST', '', 'application/json', JSON.stringify(record));
  const id = textMember(created, 'id');
  const body = ReadableStream.from(data);
  await call('PUT', `/${id}/file`, 'application/octet-stream', body);
  const shown = await call('GET', `/${id}`, '', null);
  return {
    id,
    size: Number(textMember(shown, 'size')),
    sha512: textMember(shown, 'os_hash_value'),
  };
}

function textMember(json: string, name: string): string {
  const record: Readonly<Record<string, unknown>> = JSON.parse(json);
  const value = record[name];
  return typeof value === 'string' ? value : JSON.stringify(value);
}
