// A worker's process: forked so that all share the listening address, which the primary holds open and
// whose connections it hands out in turn.
import cluster from 'node:cluster';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Channel, createChannel } from './channel.ts';
import { closeUntaken } from './handed-connections.ts';
import { processCarrier } from './process-carrier.ts';
import type { WorkerProcess } from './supervisor.ts';

/** Beside this file, in the form that this file has: source or built. */
const PROGRAM = new URL(
  import.meta.url.endsWith('.ts') ? './worker-process.ts' : './worker-process.js',
  import.meta.url,
);

/** @param serve is handed the channel before anything can have come over it */
export function forkWorker(serve: (channel: Channel, kill: () => void) => void): WorkerProcess {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  cluster.setupPrimary({ exec: fileURLToPath(PROGRAM), args: [], serialization: 'advanced' });
  const { process } = cluster.fork();
  closeUntaken(process);
  const ended = once(process, 'exit').then(([status, signal]) =>
    String(signal ?? `status ${status}`),
  );
  const channel = createChannel(processCarrier(process, ended));
  const kill = (): void => void process.kill('SIGKILL');
  serve(channel, kill);
  return { channel, kill, ended };
}
