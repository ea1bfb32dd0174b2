// The processes of a run: started here, so that none is left behind however the run ends.
import {
  type ChildProcess,
  type ForkOptions,
  fork,
  type SpawnOptions,
  spawn,
} from 'node:child_process';
import { once } from 'node:events';

export interface Children {
  spawn(command: string, args: readonly string[], options: SpawnOptions): ChildProcess;
  /** A Node process of ours that talks over IPC, and ends when its parent does. */
  fork(module: string, args: readonly string[], options?: ForkOptions): ChildProcess;
  /** Ends one and waits until it is gone: asked nicely first, killed after 10 seconds. */
  end(child: ChildProcess): Promise<void>;
  /** Kills all, at once: for the end of the run. */
  killAll(): void;
}

const PATIENCE_MS = 10_000;

export function createChildren(): Children {
  const running = new Set<ChildProcess>();

  function follow(child: ChildProcess): ChildProcess {
    running.add(child);
    child.once('exit', () => running.delete(child));
    child.once('error', () => running.delete(child));
    return child;
  }

  return {
    // In a group of its own: whoever starts workers is killed together with them.
    spawn: (command, args, options) => follow(spawn(command, args, { ...options, detached: true })),
    fork: (module, args, options) => follow(fork(module, args, options)),
    async end(child) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      const impatient = setTimeout(() => kill(child), PATIENCE_MS);
      await exited;
      clearTimeout(impatient);
    },
    killAll() {
      for (const child of running) kill(child);
    },
  };
}

/** With all that it has started, where it leads a group. */
function kill(child: ChildProcess): void {
  child.kill('SIGKILL');
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It leads no group, or nobody is left in it.
  }
}
