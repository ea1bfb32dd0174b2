import { expect, onTestFinished, test } from 'vitest';
import { forkWorker } from '../../../src/entry/workers/fork.ts';

test.each([
  ['a moment later', '/nowhere/node', 'ENOENT'],
  ['at once', 'no\0path', 'null bytes'],
])(
  'a process that the system refuses %s is one that has ended, and takes nobody along',
  async (_, program, why) => {
    const { execPath } = process;
    onTestFinished(() => {
      process.execPath = execPath;
    });
    process.execPath = program;
    const { channel, kill, ended } = forkWorker(() => {});
    expect(await ended).toContain(why);
    await new Promise<void>((resolve) => channel.onGone(resolve));
    kill();
    await expect(channel.ask({ name: 'anything' }, null)).rejects.toThrow('has gone');
  },
);
