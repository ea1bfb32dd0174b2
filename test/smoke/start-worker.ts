// The Worker as wrangler bundles it, in workerd itself. Nothing stands in between: development
// servers answer and fetch in the Worker's place, and make whole what was cut.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { unstable_readConfig } from 'wrangler';
import { CONFIG_VARIABLE } from '../../src/entry/worker-config.ts';
import type { SmokeGateway } from './smoke.ts';

const ROOT = join(import.meta.dirname, '../..');
const WRANGLER = fileURLToPath(import.meta.resolve('wrangler'));

/** The part of `wrangler.toml` that a runtime needs to know. */
interface WranglerConfig {
  readonly compatibility_date: string;
  readonly compatibility_flags: readonly string[];
  readonly durable_objects: {
    readonly bindings: readonly { readonly name: string; readonly class_name: string }[];
  };
}

export async function startWorker(configText: string): Promise<SmokeGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'glance-edge-worker-'));
  try {
    await bundle(folder);
    const file = join(folder, 'worker.capnp');
    await writeFile(file, workerdConfig(configText));
    const { url, process } = await startWorkerd(file);
    return {
      url,
      async close() {
        process.kill();
        if (process.exitCode === null && process.signalCode === null) await once(process, 'exit');
        await rm(folder, { recursive: true });
      },
    };
  } catch (cause) {
    await rm(folder, { recursive: true });
    throw cause;
  }
}

/** What `wrangler deploy` would send, without sending it. */
async function bundle(folder: string): Promise<void> {
  const program = join(WRANGLER, '../../bin/wrangler.js');
  await promisify(execFile)(
    process.execPath,
    [program, 'deploy', '--dry-run', '--outdir', folder],
    { cwd: ROOT, env: { ...process.env, XDG_CONFIG_HOME: folder, CI: 'true' } },
  );
}

/** The runtime's own configuration, made from `wrangler.toml` and this configuration of the gateway. */
function workerdConfig(configText: string): string {
  const wrangler: WranglerConfig = unstable_readConfig({ config: join(ROOT, 'wrangler.toml') });
  const { compatibility_date: date, compatibility_flags: flags } = wrangler;
  const objects = wrangler.durable_objects.bindings;
  const text = (value: unknown): string => JSON.stringify(String(value));
  const list = (items: readonly string[]): string => `[${items.join(', ')}]`;
  const namespaces = objects.map(
    ({ class_name: name }) =>
      `(className = ${text(name)}, uniqueKey = ${text(name)}, enableSql = true)`,
  );
  const bindings = objects.map(
    ({ name, class_name }) =>
      `(name = ${text(name)}, durableObjectNamespace = ${text(class_name)})`,
  );
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "edge", worker = .edge),
    (name = "internet", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "edge")],
);
const edge :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = ${text(date)},
  compatibilityFlags = ${list(flags.map(text))},
  durableObjectNamespaces = ${list(namespaces)},
  durableObjectStorage = (inMemory = void),
  bindings = ${list([...bindings, `(name = "${CONFIG_VARIABLE}", text = ${text(configText)})`])},
);
`;
}

async function startWorkerd(file: string): Promise<{ url: string; process: ChildProcess }> {
  const workerd = spawn(workerdProgram(), ['serve', file, '--control-fd=3'], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  // A test that is killed leaves nothing running.
  process.once('exit', () => workerd.kill());
  const errors: string[] = [];
  workerd.stderr?.on('data', (text: Buffer) => errors.push(String(text)));
  const ended = once(workerd, 'exit').then(() => {
    throw new Error(`workerd did not start:\n${errors.join('')}`);
  });
  ended.catch(() => undefined);
  const port = await Promise.race([portFrom(workerd.stdio[3] as Readable), ended]);
  return { url: `http://127.0.0.1:${port}`, process: workerd };
}

/** The runtime tells on this pipe, in lines of JSON, where it listens. */
async function portFrom(control: Readable): Promise<number> {
  let told = '';
  for await (const text of control) {
    told += String(text);
    const [, port] = /"port":\s*(\d+)/.exec(told) ?? [];
    if (port !== undefined) return Number(port);
  }
  throw new Error('workerd did not tell its port.');
}

/** The one that wrangler brings along. */
function workerdProgram(): string {
  const found: { readonly default: string } = createRequire(WRANGLER)('workerd');
  return found.default;
}
