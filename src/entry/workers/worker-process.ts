// The program of a worker's process: asks its primary what to serve, serves it until it is told to end,
// and never outlives the primary.
import { rmSync } from 'node:fs';
import { createChannel } from './channel.ts';
import { ALIVE, DRAIN, FAILED, UP } from './life.ts';
import { processCarrier } from './process-carrier.ts';
import { startWorker } from './worker.ts';

// The primary gives the word: terminals and service managers send their signals to all processes.
process.on('SIGTERM', () => {});
process.on('SIGINT', () => {});

const channel = createChannel(processCarrier(process));
channel.on(ALIVE, () => undefined);
let sockets: string | null = null;
// Who keeps the books of the disk, and knows who fetches what, is gone, and can't tidy up any more.
channel.onGone(() => {
  if (sockets !== null) rmSync(sockets, { recursive: true, force: true });
  process.exit(1);
});

try {
  const worker = await startWorker(channel);
  sockets = worker.sockets;
  channel.on(DRAIN, async () => {
    await worker.close();
    process.exit(0);
  });
  channel.tell(UP, { url: worker.url });
} catch (thrown) {
  const isError = thrown instanceof Error;
  const code = isError && 'code' in thrown ? String(thrown.code) : null;
  const message = isError
    ? ((code === null ? thrown.stack : null) ?? thrown.message)
    : String(thrown);
  await channel.ask(FAILED, { message, code }).catch(() => undefined);
  process.exit(1);
}
