// A program that starts itself anew: the same process and arguments, with what is read at a start.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { ENVIRONMENT, NODE_FLAGS } from '../../src/entry/start-anew.ts';

const run = promisify(execFile);
const MODULE = new URL('../../src/entry/start-anew.ts', import.meta.url);
const PROGRAM = `data:text/javascript,
  import { startAnew } from ${JSON.stringify(MODULE.href)};
  startAnew();
  const { execArgv, env, pid } = process;
  console.log(JSON.stringify({ execArgv, malloc: env.MALLOC_ARENA_MAX, pid }));`;

/** Node's own arguments, among them the program, and what the program saw of its process. */
async function started(args: readonly string[], env: NodeJS.ProcessEnv) {
  const full = [...args, '--input-type=module', `--import=${PROGRAM}`, '--eval', ''];
  const running = run(process.execPath, full, { env });
  const { stdout } = await running;
  const lines = stdout.trim().split('\n');
  expect(lines).toHaveLength(1);
  const seen = JSON.parse(lines[0] ?? '') as { execArgv: string[]; malloc?: string; pid: number };
  expect(seen.pid).toBe(running.child.pid);
  return { ...seen, args: full };
}

const onLinux = test.skipIf(process.platform !== 'linux');

onLinux('it is the same process, started once more', async () => {
  const { execArgv, malloc, args } = await started([], {});
  expect(execArgv).toEqual([...NODE_FLAGS, ...args]);
  expect(malloc).toBe(ENVIRONMENT.MALLOC_ARENA_MAX);
});

onLinux('what the operator has set stays as it is', async () => {
  const { malloc } = await started([], { MALLOC_ARENA_MAX: '7' });
  expect(malloc).toBe('7');
});

test.each([
  { how: 'in front of the program', args: ['--max-semi-space-size=32'], env: {} },
  { how: 'in the environment', args: [], env: { NODE_OPTIONS: '--max-semi-space-size=32' } },
])('nothing is started where the young generation has a size $how', async ({ args, env }) => {
  const { execArgv, malloc, args: given } = await started(args, env);
  expect([execArgv, malloc]).toEqual([given, undefined]);
});
