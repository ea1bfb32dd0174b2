// The lab as the tests see it: its addresses, its projects, tokens of its users, images made in it
// behind the gateway's back.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { exchange } from './exchange.ts';

const FOLDER = join(import.meta.dirname, '../../infra/lab');

/** A line of the lab's env file. */
export function labSetting(name: string): string {
  const file = process.env.LAB_ENV;
  if (file === undefined) throw new Error('LAB_ENV is not set: start the suite by run.sh');
  const line = readFileSync(file, 'utf8')
    .split('\n')
    .find((one) => one.startsWith(`${name}=`));
  if (line === undefined) throw new Error(`${file} has no ${name}`);
  return line.slice(name.length + 1);
}

export type User = 'admin' | 'demo' | 'other';

/** A token of that user; `--ends-in SECONDS` or `--revoke TOKEN` as `infra/lab/token` takes them. */
export async function labToken(
  ...args: readonly [User | '--revoke', ...string[]]
): Promise<string> {
  const { stdout } = await promisify(execFile)(join(FOLDER, 'token'), args);
  return stdout.trim();
}

export interface MadeImage {
  readonly id: string;
  readonly data: Buffer;
  readonly sha512: string;
}

/** An active image of random bytes, made directly in that Glance. */
export async function makeImage(
  endpoint: string,
  token: string,
  options: { readonly size?: number; readonly visibility?: string } = {},
): Promise<MadeImage> {
  const { size = 100_000, visibility = 'private' } = options;
  const data = randomBytes(size);
  const id = await makeRecord(endpoint, token, { visibility });
  await must(204, `${endpoint}/v2/images/${id}/file`, token, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/octet-stream' },
    body: data,
  });
  const record = await must(200, `${endpoint}/v2/images/${id}`, token);
  return { id, data, sha512: String(record.os_hash_value) };
}

/** A queued image: a record without data. */
export async function makeRecord(
  endpoint: string,
  token: string,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const record = await must(201, `${endpoint}/v2/images`, token, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      name: 'live',
      disk_format: 'raw',
      container_format: 'bare',
      visibility: 'private',
      ...fields,
    }),
  });
  return String(record.id);
}

/** A call that has to succeed for the test to mean anything; gives the JSON of the answer. */
export async function must(
  status: number,
  url: string,
  token: string,
  options: Parameters<typeof exchange>[1] = {},
): Promise<Readonly<Record<string, unknown>>> {
  const headers = { 'X-Auth-Token': token, ...options.headers };
  const answer = await exchange(url, { ...options, headers });
  const words = `${options.method ?? 'GET'} ${url}: ${answer.status} ${answer.text()}`;
  if (answer.status !== status) throw new Error(words);
  const parsed: unknown = answer.body.length > 0 ? JSON.parse(answer.text()) : {};
  if (typeof parsed !== 'object' || parsed === null) throw new Error(words);
  return { ...parsed };
}
