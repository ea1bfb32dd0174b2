// A connection to Redis that is always being kept up in the background, and replaced when it has
// gone silent: a peer that vanished without a word would else be waited for by TCP for 15 minutes.
import type { Timers } from '../../ports/runtime.ts';
import { type BytesClient, createBytesClient } from './bytes-client.ts';
import type { RedisAddress } from './redis-url.ts';

export interface RedisConnection {
  /** Runs commands on the connection of the moment; rejects at once when there is none. */
  run<Result>(commands: (client: BytesClient) => Promise<Result>): Promise<Result>;
  close(): void;
}

/** A command without an answer for this long means that the connection is dead. */
const SILENCE_MS = 5_000;

/** After a connection attempt that the client itself gave up (a cluster without a reachable node). */
const RETRY_MS = 500;

/** Opening waits no longer for the first connection: the gateway starts without Redis, too. */
const FIRST_CONNECTION_MS = 2_000;

/** Resolves when connected, or when the first attempt has failed; then it goes on in the background. */
export async function connectRedis(
  address: RedisAddress,
  timers: Timers,
): Promise<RedisConnection> {
  let closed = false;
  let attempted: () => void = () => {};
  const firstAttempt = new Promise<void>((resolve) => {
    attempted = resolve;
  });
  let current = start();
  const stopWaiting = timers.after(FIRST_CONNECTION_MS, attempted);
  await firstAttempt;
  stopWaiting();

  return {
    async run(commands) {
      const client = current;
      const stopWatch = timers.after(SILENCE_MS, () => replace(client));
      try {
        return await commands(client);
      } finally {
        stopWatch();
      }
    },
    close() {
      closed = true;
      discard(current);
    },
  };

  function start(): BytesClient {
    // Failures are seen by the commands that they fail; this listener only keeps the process alive.
    const client = createBytesClient(address, attempted);
    client.connect().then(attempted, () => {
      attempted();
      timers.after(RETRY_MS, () => replace(client));
    });
    return client;
  }

  function replace(client: BytesClient): void {
    if (closed || client !== current) return;
    current = start();
    discard(client);
  }
}

/** What it was waiting for rejects. */
function discard(client: BytesClient): void {
  try {
    client.destroy();
  } catch {
    // One that never connected has nothing to end, and says so.
  }
}
