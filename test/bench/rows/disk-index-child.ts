// Makes a folder of many entries, opens the disk tier on it and measures. A process of its own, so
// that its memory is the tier's; needs --expose-gc.
import { createHash } from 'node:crypto';
import { closeSync, ftruncateSync, mkdirSync, openSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { openDiskTier } from '../../../src/adapters/disk/open-disk-tier.ts';
import { fileBytesOf } from '../../../src/adapters/disk/segments.ts';
import { systemClock, systemTimers } from '../../../src/adapters/node/runtime.ts';
import { plainBlocks } from '../../../src/adapters/plain-runtime.ts';
import type { Tier } from '../../../src/ports/tier.ts';
import { tellParent } from '../measure/conversation.ts';

export interface IndexFigures {
  readonly startUpSeconds: number;
  readonly missMicroseconds: number;
  readonly lookupMicroseconds: number;
  readonly evictionMicroseconds: number;
  readonly bytesPerEntry: number;
  readonly heapBytesPerEntry: number;
}

const PAYLOAD_BYTES = 4096;
const TRIES = 2000;

const [path = '', count = '0'] = process.argv.slice(2);
const entries = Number(count);
makeEntries(path, entries);
process.on('disconnect', () => process.exit(0));
tellParent(await measure());

async function measure(): Promise<IndexFigures> {
  const before = settledMemory();
  const common = { blocks: plainBlocks, clock: systemClock, timers: systemTimers };
  const startedAt = performance.now();
  let tier = await openDiskTier({ path, maxBytes: Number.MAX_SAFE_INTEGER, ...common });
  const startUpSeconds = (performance.now() - startedAt) / 1000;
  const after = settledMemory();
  if (tier.usage().entries !== entries) throw new Error('the tier has not taken all of them in');

  const missMicroseconds = await each((at) => expectKind(tier.lookup(`none ${at}`), 'miss'));
  const payload = new Uint8Array(PAYLOAD_BYTES).fill(7);
  const stored = (name: string, to: Tier) => (at: number) =>
    expectKind(to.store(`${name} ${at}`, payload, null), 'stored');
  await each(stored('there', tier));
  // Once for nothing: code that was just compiled is slow.
  await each((at) => expectKind(tier.lookup(`there ${at}`), 'hit'));
  const lookupMicroseconds = await each((at) => expectKind(tier.lookup(`there ${at}`), 'hit'));
  // Full to the brim: from here on each store makes room first.
  const { bytes } = tier.usage();
  await tier.close();
  tier = await openDiskTier({ path, maxBytes: bytes, ...common });
  const evictionMicroseconds = await each(stored('more', tier));
  if (tier.usage().entries > entries + TRIES) throw new Error('nothing was evicted');
  await tier.close();
  return {
    startUpSeconds,
    missMicroseconds,
    lookupMicroseconds,
    evictionMicroseconds,
    bytesPerEntry: (after.resident - before.resident) / entries,
    heapBytesPerEntry: (after.heap - before.heap) / entries,
  };
}

/** Microseconds of one, of so many after one another. */
async function each(work: (at: number) => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  for (let at = 0; at < TRIES; at += 1) await work(at);
  return ((performance.now() - startedAt) * 1000) / TRIES;
}

async function expectKind(work: Promise<{ readonly kind: string }>, kind: string): Promise<void> {
  const found = await work;
  if (found.kind !== kind) throw new Error(`${found.kind} instead of ${kind}`);
}

function settledMemory(): { readonly resident: number; readonly heap: number } {
  globalThis.gc?.();
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { resident: rss, heap: heapUsed + external };
}

/** Files of the right name and length that hold nothing; each was used a second after the last. */
function makeEntries(folder: string, wanted: number): void {
  for (let entry = 0; entry < wanted; entry += 1) {
    const name = createHash('sha256').update(String(entry)).digest('hex').slice(0, 32);
    const inside = join(folder, 'entries', name.slice(0, 2));
    if (entry < 4096) mkdirSync(inside, { recursive: true });
    const file = join(inside, name);
    const opened = openSync(file, 'wx');
    ftruncateSync(opened, fileBytesOf(PAYLOAD_BYTES));
    closeSync(opened);
    if (entry % 1000 === 0) utimesSync(file, 1e9 + entry, 1e9 + entry);
  }
}
