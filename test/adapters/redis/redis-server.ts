// A real redis-server for tests, on a port that the system chose and in a folder of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';

export interface RedisServer {
  readonly port: number;
  /** Ends it at once, as `kill -9` does; what it held is lost. */
  kill(): Promise<void>;
  /** Starts it again on the same port, empty. */
  restart(): Promise<void>;
  /** Stops it from answering while its connections stay open. */
  freeze(): void;
  thaw(): void;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

/** Why Redis can't be tested here; null when it can. With CI=true a missing server is a failure. */
export function redisSkipped(): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const installed = folders.some((folder) => existsSync(join(folder, 'redis-server')));
  if (installed || process.env.CI === 'true') return null;
  return 'redis-server is not installed';
}

export async function startRedis(...options: readonly string[]): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'glance-edge-redis-'));
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  const launched = await launchAnywhere(folder, options).catch(async (cause: unknown) => {
    await removeFolder();
    throw cause;
  });
  const { port } = launched;
  let { child } = launched;
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await exited;
  };
  return {
    port,
    kill,
    async restart() {
      child = await launch(folder, port, options);
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    async stop() {
      await kill();
      await removeFolder();
    },
  };
}

/** The port is free when asked for, and may be gone when the server wants it. */
async function launchAnywhere(folder: string, options: readonly string[]) {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    try {
      return { child: await launch(folder, port, options), port };
    } catch (cause) {
      if (attempt === 3) throw cause;
    }
  }
}

function launch(folder: string, port: number, options: readonly string[]): Promise<ChildProcess> {
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
  const ephemeral = ['--save', '', '--appendonly', 'no', '--daemonize', 'no'];
  const child = spawn('redis-server', [...settings, ...ephemeral, ...options], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`redis-server ended with ${code}.`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('Ready to accept connections')) resolve(child);
    });
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('The probe has no port.'));
      });
    });
  });
}
