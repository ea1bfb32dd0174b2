// Keeps so many workers running: starts them, starts another one for each that ends, and ends them all.

import type { Log } from '../../ports/log.ts';
import type { Clock, Timers } from '../../ports/runtime.ts';
import type { Channel } from './channel.ts';
import { ALIVE, DRAIN, FAILED, type StartFailure, UP } from './life.ts';
import type { WorkersState } from './workers-state.ts';

/** A process that was started. */
export interface WorkerProcess {
  readonly channel: Channel;
  /** Ends it at once, whatever it is doing. */
  readonly kill: () => void;
  /** How it ended, in words: an exit status or a signal. */
  readonly ended: Promise<string>;
}

export interface SupervisorOptions {
  readonly count: number;
  /** Starts a process and serves its channel; the number is its own for good. */
  readonly start: (worker: number) => WorkerProcess;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  /** How long a worker that was told to end may take, in milliseconds; then it is killed. */
  readonly patienceMs: number;
}

export interface Supervisor {
  /**
   * Starts all; resolves with the address when all take calls. Rejects when one can't start: with what
   * it said, and when all have ended.
   */
  begin(): Promise<string>;
  state(): WorkersState;
  /** Lets all finish what they do; settles when all have ended. Never rejects; repeating it is fine. */
  end(): Promise<void>;
}

/** A worker that lived so long and ended is no sign of a fault that comes with the start. */
const LASTING_MS = 60_000;
/** Pause before the next start, doubled with each that did not last, up to the longest. */
const PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;

/** How often a worker is asked whether it is alive. */
const ALIVE_MS = 10_000;
/**
 * How long it may take to say so. The longest that a healthy one was seen to take is a fraction of a
 * second; what a hung one fetches, and whoever waits for that, would wait for ever.
 */
const HUNG_MS = 30_000;

interface Running {
  readonly process: WorkerProcess;
  ready: boolean;
}

export function createSupervisor(options: SupervisorOptions): Supervisor {
  const { count, clock, timers, log, patienceMs } = options;
  const running = new Map<number, Running>();
  const restarts = new Set<() => void>();
  let started = 0;
  let died = 0;
  let ending: Promise<void> | null = null;

  return {
    async begin() {
      const all = Array.from({ length: count }, () => run(0));
      try {
        const [url] = await Promise.all(all);
        return url ?? '';
      } catch (thrown) {
        await end();
        throw thrown;
      }
    },
    state: () => ({
      wanted: count,
      ready: [...running.values()].filter(({ ready }) => ready).length,
      died,
      draining: ending !== null,
    }),
    end,
  };

  /** Resolves with its address when the worker takes calls. */
  function run(shortLived: number): Promise<string> {
    started += 1;
    const worker = started;
    const startedAt = clock.now();
    const process = options.start(worker);
    const one: Running = { process, ready: false };
    running.set(worker, one);
    return new Promise((resolve, reject) => {
      process.channel.on(UP, ({ url }) => {
        one.ready = true;
        watch(worker, process);
        resolve(url);
      });
      process.channel.on(FAILED, (failure) => reject(asError(failure)));
      void process.ended.then((how) => {
        running.delete(worker);
        reject(new Error(`A worker ended while it started: ${how}.`));
        if (ending !== null) return;
        died += 1;
        const lasted = clock.now() - startedAt >= LASTING_MS;
        // Before the first address is known, `begin` says what went wrong.
        if (one.ready || shortLived > 0) replace(worker, how, lasted ? 0 : shortLived);
      });
    });
  }

  /** Kills it when it hangs. */
  function watch(worker: number, { channel, kill, ended }: WorkerProcess): void {
    let cancel = timers.after(ALIVE_MS, ask);
    void ended.then(() => cancel());

    function ask(): void {
      cancel = timers.after(HUNG_MS, () => {
        log.error({ worker }, 'A worker hangs and is killed.');
        kill();
      });
      channel.ask(ALIVE, null).then(
        () => {
          cancel();
          cancel = timers.after(ALIVE_MS, ask);
        },
        // It has ended.
        () => undefined,
      );
    }
  }

  function replace(worker: number, how: string, shortLived: number): void {
    const pauseMs = Math.min(LONGEST_PAUSE_MS, PAUSE_MS * 2 ** shortLived);
    log.error({ worker, how, pause_ms: pauseMs }, 'A worker has ended; another one is started.');
    const cancel = timers.after(pauseMs, () => {
      restarts.delete(cancel);
      run(shortLived + 1).then(
        () => log.info({}, 'A worker has taken the place of one that ended.'),
        (cause: unknown) => log.error({ err: cause }, 'A worker could not start.'),
      );
    });
    restarts.add(cancel);
  }

  function end(): Promise<void> {
    ending ??= endAll();
    return ending;
  }

  async function endAll(): Promise<void> {
    for (const cancel of restarts) cancel();
    await Promise.all([...running.values()].map(endOne));
  }

  async function endOne({ process, ready }: Running): Promise<void> {
    const cancel = timers.after(patienceMs, process.kill);
    if (ready) process.channel.ask(DRAIN, null).catch(() => undefined);
    // One that is still starting has nothing to finish.
    else process.kill();
    await process.ended;
    cancel();
  }
}

/** As the worker met it: a system error's code tells the operator's mistakes from defects. */
function asError({ message, code }: StartFailure): Error {
  return code === null ? new Error(message) : Object.assign(new Error(message), { code });
}
