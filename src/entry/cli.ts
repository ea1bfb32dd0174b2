// The command line: reads the arguments, loads the configuration and hands over to the command.
// Nothing heavy is imported before the command is known.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Config } from '../config/config.ts';
import type { Mistake } from '../config/mistake.ts';

const USAGE = `Usage: glance-edge COMMAND [OPTIONS]

Commands
  serve          run the gateway
  demo           show the gateway at work, with two small Glance origins of its own
  check-config   say everything that is wrong with a configuration file
  cache          show the cache of a running gateway: status, images
  trace          show the calls of a running gateway: list, show, tail, slowest

Options
  --config FILE  the configuration file of serve and check-config; glance-edge.yaml in the
                 current folder when it is not given
  --help         print this; after cache or trace, what they take
  --version      print the version
`;

/** Exit statuses. Refused: nothing was started, because of what the operator wrote. */
const [OK, FAILED, REFUSED] = [0, 1, 2];

type Arguments =
  | { readonly kind: 'help' | 'version' }
  /** They read their own. */
  | { readonly kind: 'demo' | 'cache' | 'trace'; readonly rest: readonly string[] }
  | { readonly kind: 'serve' | 'check-config'; readonly file: string | null }
  | { readonly kind: 'wrong'; readonly message: string };

process.exitCode = await main(process.argv.slice(2)).catch(report);

async function main(args: readonly string[]): Promise<number> {
  const [major] = process.versions.node.split('.');
  if (Number(major) < 24) {
    return complain(`needs Node 24 or newer; this is ${process.versions.node}`, FAILED);
  }
  const wanted = readArguments(args);
  switch (wanted.kind) {
    case 'help':
      return print(USAGE);
    case 'version':
      return print(`${version()}\n`);
    case 'demo':
      await (await import('../demo/run.ts')).runDemo([...wanted.rest]);
      return OK;
    case 'cache':
      return (await import('./cache-cli/run.ts')).runCache(wanted.rest);
    case 'trace':
      return (await import('./trace-cli/run.ts')).runTrace(wanted.rest);
    case 'serve':
      (await import('./start-anew.ts')).startAnew();
      return withConfig(wanted.file, async (config) => {
        if (config.workers === 1) await (await import('./node.ts')).serve(config);
        else await (await import('./workers/primary.ts')).serveWithWorkers(config);
        return OK;
      });
    case 'check-config':
      return withConfig(wanted.file, async (config, file) => {
        const { summaryOf } = await import('./config-summary.ts');
        return print(`${file} is right.\n${summaryOf(config)}`);
      });
    case 'wrong':
      return complain(`${wanted.message}\n\n${USAGE.trimEnd()}`, REFUSED);
    default:
      return wanted satisfies never;
  }
}

function readArguments(args: readonly string[]): Arguments {
  if (args[0] === 'demo' && !args.includes('--help')) return { kind: 'demo', rest: args.slice(1) };
  if (args[0] === 'cache' || args[0] === 'trace') {
    return { kind: args[0], rest: args.slice(1) };
  }
  let values: { config?: string; help?: boolean; version?: boolean };
  let positionals: string[];
  try {
    ({ values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        config: { type: 'string' },
        help: { type: 'boolean' },
        version: { type: 'boolean' },
      },
    }));
  } catch (cause) {
    return { kind: 'wrong', message: cause instanceof Error ? cause.message : 'bad arguments' };
  }
  if (values.help) return { kind: 'help' };
  if (values.version) return { kind: 'version' };
  const [command, extra] = positionals;
  if (extra !== undefined) return { kind: 'wrong', message: `"${extra}" is one word too many` };
  if (command === undefined) return { kind: 'wrong', message: 'a command is missing' };
  if (command !== 'serve' && command !== 'check-config') {
    return { kind: 'wrong', message: `"${command}" is not a command` };
  }
  return { kind: command, file: values.config ?? null };
}

/** Runs the work with a configuration that is right, or lists everything that is wrong with it. */
async function withConfig(
  file: string | null,
  work: (config: Config, file: string) => Promise<number>,
): Promise<number> {
  const { readConfigApart } = await import('./config-apart.ts');
  const loaded = await readConfigApart(file);
  if (loaded.kind === 'config') return work(loaded.config, loaded.file);
  const lines = loaded.mistakes.map(({ place, message }: Mistake) => `${place}: ${message}\n`);
  process.stderr.write(lines.join(''));
  return REFUSED;
}

/** In `package.json`, which is two folders up from the source and from what is built of it. */
function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const manifest: unknown = JSON.parse(text);
  const known = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return known ? String(manifest.version) : 'unknown';
}

function print(text: string): number {
  process.stdout.write(text);
  return OK;
}

function complain(message: string, status: number): number {
  process.stderr.write(`glance-edge: ${message}\n`);
  return status;
}

/** The system's refusals, such as a port that is taken, say enough in one line; defects do not. */
function report(cause: unknown): number {
  if (!(cause instanceof Error)) return complain(String(cause), FAILED);
  return complain('code' in cause ? cause.message : (cause.stack ?? cause.message), FAILED);
}
