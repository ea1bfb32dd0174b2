// The demo as a person starts it: it shows a cold and a warm download of each region, and ends well.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const CLI = join(import.meta.dirname, '../../src/entry/cli.ts');
/** Starting a process, two origins and a gateway takes seconds on a busy machine. */
const PATIENCE_MS = 60_000;

let temporary: string;

beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'demo-test-'));
});

afterEach(() => rm(temporary, { recursive: true, force: true }));

test(
  'once: each image comes over the WAN once, right both times, and nothing is left behind',
  async () => {
    const { output, ended } = startDemo('--once', '--size', '8');
    expect(await ended).toBe(0);
    const size = 8 * 1024 * 1024;
    const sent = [...output().matchAll(/(\d+) bytes from the origin; sha512 (\w+)/g)];
    expect(sent.map(([, bytes, verdict]) => [Number(bytes), verdict])).toEqual([
      [size, 'right'],
      [0, 'right'],
      [size, 'right'],
      [0, 'right'],
    ]);
    const statuses = [...output().matchAll(/Cache-Status: (.*)/g)].map(([, status]) => status);
    expect(statuses).toEqual([
      expect.stringContaining('fwd=uri-miss'),
      expect.stringContaining('hit'),
      expect.stringContaining('fwd=uri-miss'),
      expect.stringContaining('hit'),
    ]);
    expect(output()).not.toContain('\x1b[K');
    expect(readdirSync(temporary)).toEqual([]);
  },
  PATIENCE_MS,
);

test(
  'it stays up with its addresses until Ctrl-C, which ends it in order',
  async () => {
    const { child, ended, said } = startDemo('--size', '1');
    const output = await said('/metrics');
    const api = /Glance API {2}(\S+)/.exec(output)?.[1] ?? '';
    const admin = /Trace page {2}(\S+)/.exec(output)?.[1] ?? '';
    const headers = { 'X-Auth-Token': 'demo-token' };
    expect(await (await fetch(`${api}/v2/images`, { headers })).json()).toMatchObject({
      images: [{ status: 'active', size: 1024 * 1024 }],
    });
    const [, image = ''] = /-H 'X-Auth-Token: other-token' (\S+)/.exec(output) ?? [];
    const stranger = await fetch(image, { headers: { 'X-Auth-Token': 'other-token' } });
    expect(stranger.status).toBe(404);
    expect((await fetch(admin)).status).toBe(200);
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(readdirSync(temporary)).toEqual([]);
  },
  PATIENCE_MS,
);

test(
  'images in a folder of their own are kept, the cache is not',
  async () => {
    const folder = join(temporary, 'kept');
    const first = startDemo('--once', '--size', '1', '--folder', folder);
    expect(await first.ended).toBe(0);
    const images = readdirSync(join(folder, 'RegionOne'));
    const second = startDemo('--once', '--size', '1', '--folder', folder);
    expect(await second.ended).toBe(0);
    expect(readdirSync(join(folder, 'RegionOne'))).toEqual(images);
    expect(second.output()).toContain('fwd=uri-miss');
    expect(existsSync(folder)).toBe(true);
  },
  PATIENCE_MS,
);

function startDemo(...args: readonly string[]): {
  readonly child: ChildProcess;
  /** The exit status. */
  readonly ended: Promise<number | null>;
  readonly output: () => string;
  /** Resolves with the output as soon as it holds that text. */
  readonly said: (text: string) => Promise<string>;
} {
  const env = { ...process.env, TMPDIR: temporary };
  const child = spawn(process.execPath, [CLI, 'demo', ...args], { env });
  let output = '';
  let listeners: (() => void)[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const listener of listeners) listener();
    });
  }
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (status) => {
      if (status !== 0) process.stderr.write(output);
      resolve(status);
    });
  });
  const said = (text: string): Promise<string> => {
    const heard = new Promise<string>((resolve) => {
      const listen = (): void => {
        if (output.includes(text)) resolve(output);
      };
      listeners = [...listeners, listen];
      listen();
    });
    const silent = ended.then(() => Promise.reject(new Error(`it ended: ${output}`)));
    return Promise.race([heard, silent]);
  };
  return { child, ended, output: () => output, said };
}
