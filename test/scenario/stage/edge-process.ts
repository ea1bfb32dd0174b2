// The gateway as an operator runs it: a process of its own, that can be signalled and killed.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type EdgeOptions, edgeConfig } from './edge.ts';

const ROOT = join(import.meta.dirname, '../../..');

export interface EdgeProcess {
  readonly url: string;
  readonly admin: string;
  readonly pid: number;
  /** All that it has written, of all starts. */
  readonly output: () => string;
  readonly diskPath: string;
  signal(name: 'SIGTERM' | 'SIGKILL'): void;
  /** The exit code, or the signal that ended it. */
  readonly exited: Promise<number | string>;
  /** After its end: starts it again on the same disk. */
  start(): Promise<void>;
  /** Kills what runs and removes its folder. */
  close(): Promise<void>;
}

export async function openEdgeProcess(options: EdgeOptions): Promise<EdgeProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'glance-edge-scenario-'));
  const diskPath = join(folder, 'cache');
  const file = join(folder, 'glance-edge.yaml');
  const settings = { ...edgeConfig(options, diskPath), log: { level: 'trace' } };
  await writeFile(file, JSON.stringify(settings));
  const output: string[] = [];
  let running = await launch(file, output);
  return {
    get url() {
      return running.url;
    },
    get admin() {
      return running.admin;
    },
    get pid() {
      return running.child.pid ?? 0;
    },
    output: () => output.join('\n'),
    diskPath,
    signal: (name) => void running.child.kill(name),
    get exited() {
      return running.exited;
    },
    async start() {
      running = await launch(file, output);
    },
    async close() {
      running.child.kill('SIGKILL');
      await running.exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly admin: string;
  readonly exited: Promise<number | string>;
}

function launch(file: string, output: string[]): Promise<Running> {
  // GLANCE_EDGE_… variables would be settings of the gateway; those of the scenarios are not.
  const env = Object.entries(process.env).filter(([name]) => !name.startsWith('GLANCE_EDGE_'));
  const child = spawn(
    process.execPath,
    [join(ROOT, 'src/entry/cli.ts'), 'serve', '--config', file],
    { cwd: ROOT, env: Object.fromEntries(env), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const exited = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string);
  createInterface({ input: child.stderr }).on('line', (line) => output.push(line));
  const lines = createInterface({ input: child.stdout });
  return new Promise((resolve, reject) => {
    lines.on('line', (line) => {
      output.push(line);
      if (!line.includes('The gateway is up.')) return;
      const { api: url, admin } = JSON.parse(line) as { api: string; admin: string };
      resolve({ child, url, admin, exited });
    });
    void exited.then((code) => {
      reject(new Error(`the gateway ended with ${code}:\n${output.join('\n')}`));
    });
  });
}
