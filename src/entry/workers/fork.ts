// A worker's process: forked so that all share the listening address, which the primary holds open and
// whose connections it hands out in turn.
import cluster, { type Worker } from 'node:cluster';
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
  let worker: Worker;
  try {
    worker = cluster.fork();
  } catch (cause) {
    return neverStarted(String(cause));
  }
  const { process } = worker;
  const ended = endOf(worker);
  if (process.connected) closeUntaken(process);
  const channel = createChannel(processCarrier(process, ended));
  const kill = (): void => void process.kill('SIGKILL');
  serve(channel, kill);
  return { channel, kill, ended };
}

/** The system may refuse a process, now or a moment later: one worker less is no end of the others. */
function endOf(worker: Worker): Promise<string> {
  const { process } = worker;
  return new Promise((resolve) => {
    process.once('exit', (status, signal) => resolve(signal ?? `status ${status}`));
    // Also told of a process that could not be reached, which ends by itself or is killed.
    worker.on('error', (cause) => {
      if (process.pid === undefined) resolve(cause.message);
    });
  });
}

function neverStarted(why: string): WorkerProcess {
  const gone = { send: (_: unknown, sent: () => void) => sent(), onMessage() {} };
  const channel = createChannel({ ...gone, onGone: (listener) => listener() });
  return { channel, kill() {}, ended: Promise.resolve(why) };
}
