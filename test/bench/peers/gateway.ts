// The gateway as a side of the benchmark: one worker as a rule, tracing on as it comes, no call log (the
// peers write none either).
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ENVIRONMENT, NODE_FLAGS } from '../../../src/entry/start-anew.ts';
import { ask, nextMessage } from '../measure/conversation.ts';
import type { BenchOrigin } from '../origin/origin.ts';
import type { Bench } from '../row.ts';
import type { LoopFigures } from './event-loop-watch.ts';
import type { Server } from './server.ts';

type Section = Readonly<Record<string, unknown>>;

export interface GatewayOptions {
  /** What the report calls it; `gateway` unless given. */
  readonly name?: string;
  readonly cache?: Section;
  readonly limits?: Section;
  readonly tracing?: Section;
  /** One unless given. */
  readonly workers?: number;
  /** Size of its disk tier; without one it has none. */
  readonly disk?: string;
}

export interface GatewayServer extends Server {
  /** Its admin face. */
  readonly admin: string;
}

export async function openGateway(
  bench: Bench,
  origin: BenchOrigin,
  options: GatewayOptions = {},
): Promise<GatewayServer> {
  const { name = 'gateway', cache = {}, limits = {}, tracing = {}, workers = 1, disk } = options;
  const folder = await mkdtemp(join(bench.folder, 'gateway-'));
  await mkdir(join(folder, 'cache'));
  const tiers = disk ? [{ store: 'disk', path: join(folder, 'cache'), max_size: disk }] : [];
  const config = {
    listen: '127.0.0.1:0',
    admin: '127.0.0.1:0',
    workers,
    default_region: 'RegionOne',
    regions: { RegionOne: { endpoints: [origin.url] } },
    cache: { ...cache, tiers },
    limits,
    tracing,
    log: { level: 'error' },
    timeouts: { drain: '1s' },
  };
  const file = join(folder, 'glance-edge.json');
  await writeFile(file, JSON.stringify(config));
  const module = join(import.meta.dirname, 'gateway-child.ts');
  const env = { ...process.env, ...ENVIRONMENT };
  const child = bench.children.fork(module, [file], { execArgv: [...NODE_FLAGS], env });
  const { url, admin } = await nextMessage<{ url: string; admin: string }>(child);
  return {
    name,
    url,
    admin,
    pid: child.pid ?? 0,
    async [Symbol.asyncDispose]() {
      const stall = await ask<LoopFigures>(child, {});
      bench.stalls.add({ gateway: name, ...stall });
      await bench.children.end(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
