// An OTLP collector that takes everything and keeps nothing. It lives in the benchmark's process,
// which has nothing else to do while others are measured.
import { createServer } from 'node:http';
import { closed, listening } from '../../../src/demo/origin/listen.ts';
import type { Bench } from '../row.ts';

export interface Collector extends AsyncDisposable {
  readonly url: string;
  /** Requests that it answered. */
  batches(): number;
}

export async function openCollector(bench: Bench): Promise<Collector> {
  let batches = 0;
  const server = createServer((incoming, outgoing) => {
    batches += 1;
    incoming.resume();
    incoming.on('end', () => outgoing.writeHead(200, { 'Content-Length': '0' }).end());
  });
  const url = await listening(server, 0);
  bench.say(`a collector at ${url}`);
  return { url, batches: () => batches, [Symbol.asyncDispose]: () => closed(server) };
}
