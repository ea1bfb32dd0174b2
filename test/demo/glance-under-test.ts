// An embedded Glance with a clock that the test turns and ids that count, and short ways to call it.
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createEmbeddedGlance,
  type EmbeddedGlance,
} from '../../src/demo/origin/embedded-glance.ts';
import {
  ADMIN,
  EXPIRED,
  OTHER,
  OWNER,
  READER,
  SERVICE,
  testTokens,
} from '../support/trouble-origin.ts';

export { ADMIN, EXPIRED, OTHER, OWNER, READER, SERVICE };

export const PATCH_TYPE = 'application/openstack-images-v2.1-json-patch';
export const DATA_TYPE = 'application/octet-stream';

export interface GlanceUnderTest {
  readonly glance: EmbeddedGlance;
  readonly folder: string;
  /** Turns the clock. */
  forward(ms: number): void;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** Creates a queued image that may take data; the result is its id. */
  queued(attributes?: Readonly<Record<string, unknown>>, token?: string): Promise<string>;
  /** The same with data. */
  active(data: string, attributes?: Readonly<Record<string, unknown>>): Promise<string>;
  patch(id: string, operations: readonly unknown[], token?: string): Promise<Answer>;
  /** A second Glance over the same folder, as after a restart. */
  restarted(): EmbeddedGlance;
  end(): Promise<void>;
}

export interface CallOptions {
  /** The owner's unless given; null for none. */
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly body?: string | ReadableStream<Uint8Array>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Null when the body is no JSON. */
  readonly json: Readonly<Record<string, unknown>> | null;
}

export function glanceUnderTest({
  ranges = 'yes',
}: {
  ranges?: 'yes' | 'no';
} = {}): GlanceUnderTest {
  const folder = mkdtempSync(join(tmpdir(), 'embedded-glance-'));
  let now = Date.parse('2030-01-02T03:04:05.678Z');
  let count = 0;
  const open = (): EmbeddedGlance =>
    createEmbeddedGlance({
      folder,
      region: 'RegionOne',
      tokens: testTokens(),
      clock: { now: () => now },
      ids: {
        uuid: () => {
          count += 1;
          return `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`;
        },
      },
      ranges,
    });
  const glance = open();

  const call = async (method: string, path: string, options: CallOptions = {}) =>
    answerOf(await glance.fetch(requestOf(method, path, options)));
  const patch = (id: string, operations: readonly unknown[], token: string = OWNER) =>
    call('PATCH', `/v2/images/${id}`, {
      token,
      body: JSON.stringify(operations),
      headers: { 'Content-Type': PATCH_TYPE },
    });
  const queued = async (attributes = {}, token: string = OWNER): Promise<string> => {
    const json = { disk_format: 'raw', container_format: 'bare', ...attributes };
    return String((await call('POST', '/v2/images', { token, json })).json?.id);
  };
  return {
    glance,
    folder,
    forward: (ms) => {
      now += ms;
    },
    call,
    queued,
    active: async (data, attributes) => {
      const id = await queued(attributes);
      const headers = { 'Content-Type': DATA_TYPE };
      await call('PUT', `/v2/images/${id}/file`, { body: data, headers });
      return id;
    },
    patch,
    restarted: open,
    end: () => rm(folder, { recursive: true, force: true }),
  };
}

export function requestOf(
  method: string,
  path: string,
  { token = OWNER, headers = {}, json, body }: CallOptions = {},
): Request {
  const all = new Headers(headers);
  if (token !== null) all.set('X-Auth-Token', token);
  if (json !== undefined) all.set('Content-Type', 'application/json');
  return new Request(`http://glance.example:9292${path}`, {
    method,
    headers: all,
    body: json === undefined ? (body ?? null) : JSON.stringify(json),
    duplex: 'half',
  });
}

export async function answerOf(response: Response): Promise<Answer> {
  const { status, headers } = response;
  const text = await response.text();
  const isJson = headers.get('content-type') === 'application/json';
  return { status, headers, text, json: isJson ? JSON.parse(text) : null };
}
