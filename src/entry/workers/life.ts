// What a worker and the primary say to each other about the worker's life, from its start to its end.
import type { Config } from '../../config/config.ts';
import type { Topic } from './channel.ts';

/** All that a worker has to know to serve: asked for once, before anything else. */
export interface Start {
  /** A number that no other worker of this gateway has or had. */
  readonly worker: number;
  /** With this worker's share of the limits. */
  readonly config: Config;
  readonly secret: Uint8Array;
  /** The folder of the sockets on which workers reach each other; nobody else may enter it. */
  readonly sockets: string;
}

export const START: Topic<null, Start> = { name: 'start' };

/** The worker takes calls; told where. */
export const UP: Topic<{ readonly url: string }> = { name: 'up' };

/** To the worker: answered by whoever is not hung. */
export const ALIVE: Topic<null> = { name: 'alive' };

/** The worker could not start, and ends. */
export interface StartFailure {
  readonly message: string;
  /** Of a system error, such as `EADDRINUSE`. */
  readonly code: string | null;
}

export const FAILED: Topic<StartFailure> = { name: 'failed' };

/** To the worker: take nothing new, finish what runs, end. Its end is the answer. */
export const DRAIN: Topic<null> = { name: 'drain' };
