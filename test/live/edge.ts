// A gateway of the test's own: the program as an operator starts it, in front of both regions of
// the lab, with a disk cache in a temporary folder and a ledger before each Glance.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { exchange } from './exchange.ts';
import { labSetting } from './lab.ts';
import { type Ledger, openLedger } from './ledger.ts';

const ROOT = join(import.meta.dirname, '../..');

export interface LiveRegion {
  /** Glance itself. */
  readonly glance: string;
  /** The endpoint that the gateway is configured with: Glance behind its ledger. */
  readonly configured: string;
  /** The same Glance through the gateway. */
  readonly edge: string;
  readonly ledger: Ledger;
}

export interface Edge {
  readonly url: string;
  readonly admin: string;
  readonly one: LiveRegion;
  readonly two: LiveRegion;
  /** What it has logged so far, every line from `trace` up. */
  readonly log: () => string;
  /** Ends it and starts it again on the same cache. */
  readonly restart: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** The name by which RegionTwo is reached through the Host header. */
export const HOST_OF_TWO = 'west.images.example';

type Settings = Readonly<Record<string, unknown>>;

/** Starts it with these settings over the defaults, and waits until it is ready. */
export async function startEdge(cache: Settings = {}, tracing: Settings = {}): Promise<Edge> {
  const folder = await mkdtemp(join(tmpdir(), 'glance-edge-live-'));
  const [listen, admin] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
  const url = `http://${listen}`;
  const one = await region('LAB_REGION_ONE', url);
  const two = await region('LAB_REGION_TWO', `${url}/regions/RegionTwo`);
  // JSON is YAML too.
  const config = JSON.stringify({
    listen,
    admin,
    public_url: url,
    default_region: 'RegionOne',
    regions: {
      RegionOne: { endpoints: [one.configured] },
      RegionTwo: { endpoints: [two.configured], hosts: [HOST_OF_TWO] },
    },
    log: { level: 'trace' },
    tracing,
    cache: { tiers: [{ store: 'disk', path: join(folder, 'cache'), max_size: '8GiB' }], ...cache },
  });
  await writeFile(join(folder, 'glance-edge.yaml'), config);
  const ready = async (): Promise<boolean> =>
    (await exchange(`http://${admin}/readyz`)).status === 200;
  let program = await startProgram(folder, ready);
  return {
    url,
    admin: `http://${admin}`,
    one,
    two,
    log: () => readFileSync(join(folder, 'log'), 'utf8'),
    restart: async () => {
      await program.end();
      program = await startProgram(folder, ready);
    },
    stop: async () => {
      await program.end();
      await Promise.all([one.ledger.close(), two.ledger.close()]);
      await rm(folder, { recursive: true });
    },
  };
}

async function region(name: string, edge: string): Promise<LiveRegion> {
  const glance = labSetting(name);
  const ledger = await openLedger(glance);
  return { glance, configured: ledger.url, edge, ledger };
}

/** The gateway as a process; resolves when it is ready. */
async function startProgram(folder: string, ready: () => Promise<boolean>) {
  const log = join(folder, 'log');
  const output = openSync(log, 'a');
  // GLANCE_EDGE_… variables are settings of the gateway; none of the caller's may reach it.
  const env = Object.entries(process.env).filter(([name]) => !name.startsWith('GLANCE_EDGE_'));
  const program = spawn(
    process.execPath,
    ['src/entry/cli.ts', 'serve', '--config', join(folder, 'glance-edge.yaml')],
    { cwd: ROOT, env: Object.fromEntries(env), stdio: ['ignore', output, output] },
  );
  closeSync(output);
  const ended = once(program, 'exit');
  await vi.waitFor(
    async () => {
      if (await ready()) return;
      throw new Error(`the gateway is not ready:\n${readFileSync(log, 'utf8')}`);
    },
    { timeout: 20_000, interval: 100 },
  );
  return {
    async end(): Promise<void> {
      program.kill('SIGTERM');
      const [code] = await ended;
      if (code !== 0)
        throw new Error(`the gateway ended with ${code}:\n${readFileSync(log, 'utf8')}`);
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port }: { port: number } = Object(server.address());
  server.close();
  await once(server, 'close');
  return port;
}
