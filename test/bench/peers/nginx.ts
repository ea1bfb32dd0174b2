// nginx as an operator would set it before Glance: slices of 4 MiB on disk, and before every answer
// a subrequest for the record with the caller's token, whose answer is remembered for a minute.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BenchOrigin } from '../origin/origin.ts';
import type { Bench } from '../row.ts';
import { freePort } from './free-port.ts';
import { installed } from './installed.ts';
import type { Opened, Server } from './server.ts';
import { untilAnswers } from './until-answers.ts';

export interface NginxOptions {
  /** Worker processes; `auto` is one for each core. */
  readonly workers: number | 'auto';
}

export async function openNginx(
  bench: Bench,
  origin: BenchOrigin,
  { workers }: NginxOptions,
): Promise<Opened<Server>> {
  const program = installed('nginx');
  if (program === null) return { missing: 'nginx is not installed' };
  const folder = await mkdtemp(join(bench.folder, 'nginx-'));
  await mkdir(join(folder, 'temp'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const file = join(folder, 'nginx.conf');
  await writeFile(file, config(folder, port, origin.url, workers));
  const args = ['-p', folder, '-c', file, '-e', join(folder, 'error.log')];
  const child = bench.children.spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr?.on('data', (bytes: Buffer) => {
    said = `${said}${bytes.toString()}`.slice(-4096);
  });
  await untilAnswers(url, () => said);
  return {
    name: 'nginx',
    url,
    pid: child.pid ?? 0,
    async [Symbol.asyncDispose]() {
      await bench.children.end(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function config(folder: string, port: number, origin: string, workers: number | 'auto'): string {
  const temp = (name: string): string => `${name}_temp_path ${folder}/temp/${name};`;
  const zone = (name: string, size: string): string =>
    `proxy_cache_path ${folder}/${name} levels=1:2 keys_zone=${name}:10m max_size=${size} inactive=1d use_temp_path=off;`;
  return `${process.getuid?.() === 0 ? 'user root;' : ''}
daemon off;
worker_processes ${workers};
pid ${folder}/nginx.pid;
error_log ${folder}/error.log error;
events { worker_connections 1024; }
http {
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(temp).join('\n  ')}
  ${zone('images', '8g')}
  ${zone('records', '64m')}
  ${zone('rights', '64m')}
  map $request_uri $record { ~^(?<path>/v2/images/[^/?]+) $path; }
  upstream glance { server ${new URL(origin).host}; keepalive 32; }
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 10000000;
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_cache_lock on;
  server {
    listen 127.0.0.1:${port};
    location ~ ^/v2/images/[^/]+/file$ {
      auth_request /right;
      slice 4m;
      proxy_pass http://glance;
      proxy_set_header Range $slice_range;
      proxy_cache images;
      proxy_cache_key $uri$slice_range;
      proxy_cache_valid 200 206 1h;
    }
    location ~ ^/v2/images/[^/]+$ {
      auth_request /right;
      proxy_pass http://glance;
      proxy_cache records;
      proxy_cache_key $uri$http_x_auth_token;
      proxy_cache_valid 200 1m;
    }
    location = /right {
      internal;
      proxy_pass http://glance$record;
      proxy_pass_request_body off;
      proxy_set_header Content-Length "";
      proxy_set_header Range "";
      proxy_cache rights;
      proxy_cache_key $record$http_x_auth_token;
      proxy_cache_valid 200 1m;
    }
    location / { return 404; }
  }
}
`;
}
