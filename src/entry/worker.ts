// The gateway on Cloudflare Workers. A Worker may not touch the I/O of another request, so nothing
// could be shared there: it only finds the region, and the region's Durable Object, which is one
// context for all its requests, runs the gateway.
import { createConsoleLog } from '../adapters/console-log.ts';
import { plainClock } from '../adapters/plain-runtime.ts';
import type { LoadedConfig } from '../config/load.ts';
import { type RoutingTable, resolveTarget } from '../core/target.ts';
import { readWorkerConfig } from './worker-config.ts';
import { createWorkerGateway } from './worker-gateway.ts';
import {
  answerOfItsLength,
  type ObjectNamespace,
  type ObjectState,
  type WorkerVariables,
} from './worker-platform.ts';

interface Environment extends WorkerVariables {
  readonly REGIONS: ObjectNamespace;
}

type Answer = (request: Request) => Response | Promise<Response>;

export default {
  fetch(request: Request, env: Environment): Response | Promise<Response> {
    const loaded = readOnce(env);
    if (loaded.kind === 'mistakes') return misconfigured();
    const name = regionOf(loaded.config, request);
    return env.REGIONS.get(env.REGIONS.idFromName(name)).fetch(request);
  },
};

/** The gateway of one region. Its memory is its cache: an object that is moved starts cold. */
export class RegionGateway {
  readonly #answer: Answer;

  constructor(state: ObjectState, env: Environment) {
    const loaded = readOnce(env);
    if (loaded.kind === 'mistakes') {
      this.#answer = misconfigured;
      return;
    }
    const { config } = loaded;
    const log = createConsoleLog({ level: config.log.level, clock: plainClock, console });
    const gateway = createWorkerGateway(config, log, (work) => state.waitUntil(work));
    this.#answer = (request) => gateway.fetch(request);
  }

  async fetch(request: Request): Promise<Response> {
    return answerOfItsLength(await this.#answer(request));
  }
}

/** A URI that leads nowhere is refused, in Glance's words, by the default region's gateway. */
function regionOf(table: RoutingTable, request: Request): string {
  const { method, url, headers } = request;
  const { pathname, search, protocol, host } = new URL(url);
  try {
    return resolveTarget(table, {
      method,
      target: pathname + search,
      scheme: protocol === 'https:' ? 'https' : 'http',
      host: headers.get('host') ?? host,
    }).region;
  } catch {
    return table.defaultRegion;
  }
}

let read: LoadedConfig | null = null;

/** Variables never change within an isolate. */
function readOnce(env: Environment): LoadedConfig {
  if (read !== null) return read;
  read = readWorkerConfig(env);
  if (read.kind === 'mistakes') {
    for (const { place, message } of read.mistakes) console.error(`${place}: ${message}`);
  }
  return read;
}

/** What is wrong is the operator's business and in the log; clients are told that it is not theirs. */
function misconfigured(): Response {
  return new Response('503 Service Unavailable: the gateway is not configured right.', {
    status: 503,
  });
}
