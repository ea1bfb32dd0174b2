// The program as an operator runs it, and servers that are no gateway.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

const CLI = join(import.meta.dirname, '../../src/entry/cli.ts');

/** Each run starts a process, which takes its time on a busy machine. */
export const PATIENCE_MS = 60_000;

export interface Ended {
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Ends with the test at the latest. */
export function startProgram(
  args: readonly string[],
): ChildProcessByStdio<null, Readable, Readable> {
  const env = { PATH: process.env.PATH };
  const child = spawn(process.execPath, [CLI, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

export async function runProgram(...args: readonly string[]): Promise<Ended> {
  const child = startProgram(args);
  const [output, errors] = [text(child.stdout), text(child.stderr)];
  await once(child, 'close');
  return { status: child.exitCode, output: await output, errors: await errors };
}

/** What is answered at a path; 404 for undefined. */
export type Answer = readonly [status: number, body: string] | undefined;

/** Redirects lead to `/html`. */
export async function listening(answer: (path: string) => Answer): Promise<Server> {
  const server = createServer((request, response) => {
    const [status, body] = answer(request.url ?? '') ?? [404, ''];
    response.writeHead(status, status === 302 ? { Location: '/html' } : {});
    response.end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

export function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
