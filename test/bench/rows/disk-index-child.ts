// One life of a disk tier on a folder of many entries: `FOLDER ENTRIES LIFE`. A process of its own, so
// that its memory is the tier's; needs --expose-gc.
import { createHash } from 'node:crypto';
import { closeSync, ftruncateSync, mkdirSync, openSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import type { ClosableTier } from '../../../src/adapters/closable-tier.ts';
import { openDiskTier } from '../../../src/adapters/disk/open-disk-tier.ts';
import { fileBytesOf } from '../../../src/adapters/disk/segments.ts';
import { systemClock, systemTimers } from '../../../src/adapters/node/runtime.ts';
import { plainBlocks } from '../../../src/adapters/plain-runtime.ts';
import type { AtOnce } from '../../../src/core/at-once.ts';
import type { Tier } from '../../../src/ports/tier.ts';
import { tellParent } from '../measure/conversation.ts';

export interface StartUp {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** Microseconds are of CPU, all threads: how long one waits for a file is another matter. */
export interface IndexFigures {
  readonly missMicroseconds: number;
  readonly lookupMicroseconds: number;
  readonly evictionMicroseconds: number;
  readonly bytesPerEntry: number;
  readonly heapBytesPerEntry: number;
}

/** `first` makes the entries, whose files are all that there is; `second` is killed by its parent. */
export type Life = 'first' | 'second' | 'third';

export interface LifeFigures {
  readonly startUp: StartUp;
  /** Of the second life. */
  readonly index: IndexFigures | null;
}

const PAYLOAD_BYTES = 4096;
const TRIES = 2000;
const COMMON = { blocks: plainBlocks, clock: systemClock, timers: systemTimers };

const [path = '', count = '0', life = 'first'] = process.argv.slice(2);
const entries = Number(count);
process.on('disconnect', () => process.exit(0));
tellParent(await live());

async function live(): Promise<LifeFigures> {
  if (life === 'first') makeEntries(path, entries);
  const before = settledMemory();
  const { tier, startUp } = await started();
  if (life !== 'second') {
    await tier.close();
    return { startUp, index: null };
  }
  const after = settledMemory();
  const costs = await costsOf(tier);
  const bytesPerEntry = (after.resident - before.resident) / entries;
  const heapBytesPerEntry = (after.heap - before.heap) / entries;
  return { startUp, index: { ...costs, bytesPerEntry, heapBytesPerEntry } };
}

async function started(): Promise<{ readonly tier: ClosableTier; readonly startUp: StartUp }> {
  const [startedAt, cpu] = [performance.now(), process.cpuUsage()];
  const tier = await openDiskTier({ path, maxBytes: Number.MAX_SAFE_INTEGER, ...COMMON });
  const { user, system } = process.cpuUsage(cpu);
  const startUp = {
    seconds: (performance.now() - startedAt) / 1000,
    cpuSeconds: (user + system) / 1e6,
  };
  if (tier.usage().entries < entries) throw new Error('the tier has not taken all of them in');
  return { tier, startUp };
}

/** Leaves a tier open that has changed many entries. */
async function costsOf(roomy: ClosableTier) {
  const missMicroseconds = await each((at) => expectKind(roomy.lookup(`none ${at}`), 'miss'));
  const payload = new Uint8Array(PAYLOAD_BYTES).fill(7);
  const stored = (name: string, to: Tier) => (at: number) =>
    expectKind(to.store(`${name} ${at}`, payload, null), 'stored');
  await each(stored('there', roomy));
  // Once for nothing: code that was just compiled is slow.
  await each((at) => expectKind(roomy.lookup(`there ${at}`), 'hit'));
  const lookupMicroseconds = await each((at) => expectKind(roomy.lookup(`there ${at}`), 'hit'));
  // Full to the brim: from here on each store makes room first.
  const { bytes } = roomy.usage();
  await roomy.close();
  const full = await openDiskTier({ path, maxBytes: bytes, ...COMMON });
  await each(stored('less', full));
  const evictionMicroseconds = await each(stored('more', full));
  if (full.usage().entries >= entries + 3 * TRIES) throw new Error('nothing was evicted');
  return { missMicroseconds, lookupMicroseconds, evictionMicroseconds };
}

/** Microseconds of CPU for one, all threads, of so many after one another. */
async function each(work: (at: number) => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  for (let at = 0; at < TRIES; at += 1) await work(at);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / TRIES;
}

async function expectKind(work: AtOnce<{ readonly kind: string }>, kind: string): Promise<void> {
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
