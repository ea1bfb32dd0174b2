// The wire on Node: undici's dispatch with own handlers, one bounded pool of connections per endpoint.
import { buildConnector, Pool } from 'undici';
import type { Timers } from '../../ports/runtime.ts';
import type { Wire } from '../../ports/wire.ts';
import { systemTimers } from '../node/runtime.ts';
import { splitEndpoint } from './endpoint-url.ts';
import { createReadMemory, type ReadMemory } from './read-memory.ts';
import { createReceivingTurns } from './receiving-turns.ts';
import { type ExchangeLimits, runExchange } from './undici-exchange.ts';
import { notSendable } from './wire-failures.ts';

/**
 * 64 KiB of answer head: Glance's own are below 2 KiB, a proxy in front may add cookies and
 * policies; more is a fault.
 */
const MAX_HEAD_BYTES = 64 * 1024;

export interface UndiciWireOptions extends ExchangeLimits {
  /** Open connections per endpoint at most; requests beyond wait, for `connectMs` at most. */
  readonly connections: number;
  /** Certificate authorities of a region in PEM; those of the runtime where a region has none. */
  readonly cas: Readonly<Record<string, string | undefined>>;
  /** A socket in the file system that every connection is made to, instead of the endpoint's address. */
  readonly socketPath?: string;
  /** For tests; the runtime's own unless given. */
  readonly timers?: Timers;
  /** For tests, likewise: milliseconds of a clock that never jumps. */
  readonly now?: () => number;
}

export interface UndiciWire extends Wire {
  /** Whoever got the piece will not look at it again: more may be read into its memory. */
  release(piece: Uint8Array): void;
  /** Ends all connections at once, those in use too. */
  close(): Promise<void>;
}

export function createUndiciWire(options: UndiciWireOptions): UndiciWire {
  const timers = options.timers ?? systemTimers;
  const memory = createReadMemory();
  const turns = createReceivingTurns(options.now ?? (() => performance.now()));
  const pools = new Map<string, Pool>();

  function poolFor(region: string, origin: string): Pool {
    // Two regions may share an address and differ in the authorities they trust.
    const key = `${region} ${origin}`;
    const known = pools.get(key);
    if (known !== undefined) return known;
    const pool = openPool(origin, options, memory, options.cas[region]);
    pools.set(key, pool);
    return pool;
  }

  return {
    async send(call, request) {
      const parts = splitEndpoint(request.endpoint);
      if (parts === null) {
        return { kind: 'given-up', failure: notSendable(new Error('the endpoint is no URL')) };
      }
      return runExchange({
        dispatcher: poolFor(request.region, parts.origin),
        path: parts.prefix + request.target,
        method: request.method,
        headers: request.headers,
        body: request.body,
        signal: call.signal,
        limits: options,
        memory,
        turns,
        timers,
      });
    },
    release: (piece) => memory.release(piece),
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
    },
  };
}

function openPool(
  origin: string,
  options: UndiciWireOptions,
  memory: ReadMemory,
  ca: string | undefined,
): Pool {
  const connect = buildConnector({
    allowH2: false,
    timeout: options.connectMs,
    ...(ca === undefined ? {} : { ca }),
    ...(options.socketPath === undefined ? {} : { socketPath: options.socketPath }),
    // TLS has memory of its own, and gives out 16 KiB at a time.
    ...(origin.startsWith('https:') ? {} : { onread: memory.onread }),
  });
  return new Pool(origin, {
    connections: options.connections,
    pipelining: 1,
    allowH2: false,
    maxHeaderSize: MAX_HEAD_BYTES,
    // The exchange has its own deadlines: exact ones, that know an upload from an answer.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect(target, done) {
      connect(target, (...connected) => {
        if (connected[0] === null) connected[1].on('error', unmaskReset);
        done(...connected);
      });
    },
  });
}

/**
 * undici takes a reset for the end of an answer that has neither length nor chunks, and fails what
 * waits for an idle connection that is reset. As its own error of a lost socket, a reset is a cut,
 * and who waits gets another connection.
 */
function unmaskReset(error: NodeJS.ErrnoException): void {
  if (error.code === 'ECONNRESET') error.code = 'UND_ERR_SOCKET';
}
