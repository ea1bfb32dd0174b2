// Programs on Node, started without a shell.
import { spawn } from 'node:child_process';
import type { RunProgram } from '../../ports/direct-url.ts';

/** The end of what a failing program says: enough for its reason, whatever it wrote before. */
const KEPT_STDERR = 4096;

/** Its environment is this process's: `CEPH_ARGS` and `PATH` work as in a terminal. */
export const runProgram: RunProgram = (program, args, timeoutMs) => {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const child = spawn(program, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  let said = '';
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (text: string) => {
    said = (said + text).slice(-KEPT_STDERR);
  });
  child.on('error', reject);
  child.on('close', (code, signal) => {
    if (code === 0) resolve();
    else reject(new Error(`${program} ended with ${signal ?? code}: ${said.trim()}`));
  });
  return promise;
};
