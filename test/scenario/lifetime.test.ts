// How a gateway ends: it takes nothing new, lets go of nobody who still reads, tells its collector
// all it knows, and is gone with status 0.
import { expect, onTestFinished, test } from 'vitest';
import { openCollector } from '../adapters/otel/collector.ts';
import { createGate } from '../support/gate.ts';
import { isDownload } from '../support/ledger.ts';
import { ask, looksWhole, startAsking } from './stage/client.ts';
import { filePath } from './stage/edge.ts';
import { type EdgeProcess, openEdgeProcess } from './stage/edge-process.ts';
import { eventually, KIB, openOrigin, verdict } from './stage/scene.ts';

const SIZE = 700 * KIB;

test('a transfer that runs when the end is asked for runs to its own end', async () => {
  const collector = await openCollector();
  onTestFinished(() => collector[Symbol.asyncDispose]());
  const origin = await openOrigin();
  const edge = await openProcess({
    regions: { RegionOne: origin },
    tracing: { otlp_endpoint: collector.url },
  });
  const image = await origin.seed({ size: SIZE });
  const gate = createGate();
  const trouble = { kind: 'stall', at: 40 * KIB, until: gate.opened } as const;
  const stall = origin.trouble({ on: isDownload, trouble });
  const running = startAsking(edge.url + filePath(image));
  await stall.struck;
  await running.received(30 * KIB);
  edge.signal('SIGTERM');
  await eventually(async () => (await ask(edge.url)).error === 'ECONNREFUSED');
  gate.open();
  const reply = await running.reply;
  expect(verdict(reply, image.data)).toBe('right');
  expect(await edge.exited).toBe(0);
  const exported = collector.spans.map(({ traceId }) => traceId);
  expect(exported).toContain(reply.headers['x-trace-id']);
});

test('a transfer that outlasts the drain time is cut, and the end is an orderly one', async () => {
  const origin = await openOrigin();
  const edge = await openProcess({
    regions: { RegionOne: origin },
    timeouts: { drain: '300ms' },
  });
  const image = await origin.seed({ size: SIZE });
  const trouble = { kind: 'stall', at: 40 * KIB, until: createGate().opened } as const;
  const stall = origin.trouble({ on: isDownload, trouble });
  const running = startAsking(edge.url + filePath(image));
  await stall.struck;
  await running.received(30 * KIB);
  edge.signal('SIGTERM');
  expect(await edge.exited).toBe(0);
  expect(looksWhole(await running.reply)).toBe(false);
});

test('a second signal does not cut the work of the first one short', async () => {
  const origin = await openOrigin();
  const edge = await openProcess({ regions: { RegionOne: origin } });
  const image = await origin.seed({ size: SIZE });
  const gate = createGate();
  const trouble = { kind: 'stall', at: 40 * KIB, until: gate.opened } as const;
  const stall = origin.trouble({ on: isDownload, trouble });
  const running = startAsking(edge.url + filePath(image));
  await stall.struck;
  edge.signal('SIGTERM');
  await eventually(async () => (await ask(edge.url)).error === 'ECONNREFUSED');
  edge.signal('SIGTERM');
  gate.open();
  expect(verdict(await running.reply, image.data)).toBe('right');
  expect(await edge.exited).toBe(0);
});

async function openProcess(options: Parameters<typeof openEdgeProcess>[0]): Promise<EdgeProcess> {
  const edge = await openEdgeProcess(options);
  onTestFinished(() => edge.close());
  return edge;
}
