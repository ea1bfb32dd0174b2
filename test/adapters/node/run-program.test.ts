import { execPath } from 'node:process';
import { expect, it } from 'vitest';
import { runProgram } from '../../../src/adapters/node/run-program.ts';

/** Longer than any of these programs takes; where it matters, nothing waits for it. */
const LONG = 60_000;

const script = (code: string, ...args: readonly string[]) => ['-e', code, '--', ...args];

it('hands a program its arguments as they are, without a shell', async () => {
  const args = ['$HOME', '; exit 3', '`id`', 'a  b', '*'];
  const code = `if (JSON.stringify(process.argv.slice(1)) !== ${JSON.stringify(JSON.stringify(args))}) process.exit(1)`;
  await runProgram(execPath, script(code, ...args), LONG);
});

it('says how a program ended, and the last it wrote', async () => {
  const code = 'process.stderr.write("x".repeat(100000) + "no such pool"); process.exitCode = 2';
  const thrown: unknown = await runProgram(execPath, script(code), LONG).catch((cause) => cause);
  if (!(thrown instanceof Error)) throw new Error('it did not fail');
  expect(thrown.message).toContain('ended with 2: ');
  expect(thrown.message.endsWith('no such pool')).toBe(true);
  expect(thrown.message.length).toBeLessThan(5000);
});

it('kills a program that is over its time', async () => {
  const endless = script('setInterval(() => {}, 1000)');
  await expect(runProgram(execPath, endless, 1)).rejects.toThrow('SIGKILL');
});

it('says so when there is no such program', async () => {
  await expect(runProgram('/no/such/program', [], LONG)).rejects.toThrow('ENOENT');
});
