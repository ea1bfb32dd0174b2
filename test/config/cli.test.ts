import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { SHORTEST } from './loading.ts';

const LAUNCHER = fileURLToPath(new URL('../../bin/glance-edge.js', import.meta.url));
const CLI = fileURLToPath(new URL('../../src/entry/cli.ts', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'glance-edge-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, 'right.yaml'), SHORTEST);
writeFileSync(join(folder, 'wrong.yaml'), 'workers: 0\nlisten: here\n');

interface Ended {
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs the program in the test's folder with the variables and nothing else of ours around it. */
async function run(
  args: readonly string[],
  { program = CLI, variables = {}, flags = [] as string[] } = {},
): Promise<Ended> {
  const env = { PATH: process.env.PATH, ...variables };
  const child = spawn(process.execPath, [...flags, program, ...args], { cwd: folder, env });
  const [output, errors] = [text(child.stdout), text(child.stderr)];
  await once(child, 'close');
  return { status: child.exitCode, output: await output, errors: await errors };
}

test('a configuration that is right is summed up', async () => {
  expect(await run(['check-config', '--config', 'right.yaml'])).toEqual({
    status: 0,
    output: `right.yaml is right.
  listens on: 127.0.0.1:9393
  admin face: 127.0.0.1:9394
  region RegionOne (default): http://127.0.0.1:9292
  cache: memory 512MiB; chunks of 4MiB
`,
    errors: '',
  });
});

test.each(['check-config', 'serve'])(
  '%s lists every mistake of file and environment and ends with 2',
  async (command) => {
    const ended = await run([command, '--config=wrong.yaml'], {
      variables: { GLANCE_EDGE_LOG_LEVEL: 'loud' },
    });
    expect(ended).toMatchObject({ status: 2, output: '' });
    expect(ended.errors.split('\n').map((line) => line.split(' ', 2).join(' '))).toEqual([
      'wrong.yaml:1:1: default_region',
      'wrong.yaml:1:1: regions',
      'wrong.yaml:1:10: workers',
      'wrong.yaml:2:9: listen',
      'GLANCE_EDGE_LOG_LEVEL: log.level',
      '',
    ]);
  },
);

test('without --config it is glance-edge.yaml in the current folder', async () => {
  expect(await run(['check-config'])).toEqual({
    status: 2,
    output: '',
    errors:
      'glance-edge.yaml: the configuration cannot be read: there is no such file; name another one with --config FILE\n',
  });
});

test.each([
  [['fly'], '"fly" is not a command'],
  [[], 'a command is missing'],
  [['serve', '--port', '1'], "Unknown option '--port'"],
  [['serve', '--config'], "Option '--config <value>' argument missing"],
  [['check-config', 'right.yaml'], '"right.yaml" is one word too many'],
])('%j is answered with the usage and 2', async (args, message) => {
  const ended = await run(args);
  expect(ended).toMatchObject({ status: 2, output: '' });
  expect(ended.errors).toContain(message);
  expect(ended.errors).toContain('Usage: glance-edge COMMAND');
});

test('--help and --version are printed', async () => {
  const help = await run(['serve', '--help']);
  expect(help).toMatchObject({ status: 0, errors: '' });
  expect(help.output).toContain('check-config');
  expect((await run(['--version'])).output).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect((await run(['demo', '--help'])).output).toContain('Usage');
});

test('the launcher hands over arguments, output and exit status', async () => {
  const right = await run(['check-config', '--config', 'right.yaml'], { program: LAUNCHER });
  expect(right).toMatchObject({ status: 0, errors: '' });
  expect(right.output).toContain('right.yaml is right.');
  expect(await run(['fly'], { program: LAUNCHER })).toMatchObject({ status: 2 });
});

test('the launcher finds the installed Node when it is started by an old one', async () => {
  // Stands for the old Node: the launcher asks the process for its version, then starts the other.
  const old = `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.20.2'})`;
  const ended = await run(['check-config', '--config', 'wrong.yaml'], {
    program: LAUNCHER,
    flags: ['--import', old],
  });
  expect(ended.status).not.toBe(0);
  expect(ended.errors).toMatch(/wrong\.yaml:1:10: workers|needs Node 24 or newer; this is 20/);
});

test('an old Node is told what is needed', async () => {
  const old = `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.20.2'})`;
  expect(await run(['check-config'], { flags: ['--import', old] })).toEqual({
    status: 1,
    output: '',
    errors: 'glance-edge: needs Node 24 or newer; this is 20.20.2\n',
  });
});
