// Varnish with its images in memory: whoever asks gets them. It has no way to ask Glance for the
// caller's right without a module of its own, so it does less than the gateway does.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BenchOrigin } from '../origin/origin.ts';
import type { Bench } from '../row.ts';
import { freePort } from './free-port.ts';
import { installed } from './installed.ts';
import type { Opened, Server } from './server.ts';
import { untilAnswers } from './until-answers.ts';

export async function openVarnish(
  bench: Bench,
  origin: BenchOrigin,
  memoryMib: number,
): Promise<Opened<Server>> {
  const program = installed('varnishd');
  if (program === null) return { missing: 'varnishd is not installed' };
  const folder = await mkdtemp(join(bench.folder, 'varnish-'));
  const file = join(folder, 'images.vcl');
  await writeFile(file, vcl(origin.url));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const place = ['-F', '-n', join(folder, 'work'), '-j', 'none', '-a', `127.0.0.1:${port}`];
  // The origin throttles what it sends; a fetch of minutes is no fault.
  const settings = ['-f', file, '-s', `malloc,${memoryMib}m`, '-p', 'first_byte_timeout=120'];
  const args = [...place, ...settings];
  const child = bench.children.spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr?.on('data', (bytes: Buffer) => {
    said = `${said}${bytes.toString()}`.slice(-4096);
  });
  await untilAnswers(url, () => said);
  return {
    name: 'Varnish',
    url,
    pid: child.pid ?? 0,
    async [Symbol.asyncDispose]() {
      await bench.children.end(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const vcl = (url: string): string => {
  const { hostname, port } = new URL(url);
  return `vcl 4.1;
backend glance { .host = "${hostname}"; .port = "${port}"; }
sub vcl_hash { hash_data(req.url); return (lookup); }
sub vcl_backend_response { set beresp.ttl = 1h; set beresp.do_stream = true; }
`;
};
