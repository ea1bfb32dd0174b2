// A whole gateway whose work is counted: real tiers, an embedded Glance behind it, no sockets.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createDiskStore } from '../../src/adapters/disk/disk-store.ts';
import { openEntryFiles } from '../../src/adapters/disk/entry-files.ts';
import { keepBooks } from '../../src/adapters/disk/keep-books.ts';
import { openRecordFiles } from '../../src/adapters/disk/record-files.ts';
import { SEGMENT_BYTES } from '../../src/adapters/disk/segments.ts';
import { hmacSha1 } from '../../src/adapters/hmac-sha1.ts';
import { createInlineDigests } from '../../src/adapters/inline-digests.ts';
import { createBytesKeyv } from '../../src/adapters/keyv-store.ts';
import { createKeyvTier } from '../../src/adapters/keyv-tier.ts';
import { createMemoryTier } from '../../src/adapters/memory-tier.ts';
import { createBlocks } from '../../src/adapters/node/blocks.ts';
import {
  createBackground,
  randomIds,
  systemClock,
  systemTimers,
} from '../../src/adapters/node/runtime.ts';
import { createOrigin } from '../../src/adapters/origin/endpoints.ts';
import { createFetchWire } from '../../src/adapters/origin/fetch-wire.ts';
import { createNoopTracing } from '../../src/adapters/otel/tracing.ts';
import { plainBlocks } from '../../src/adapters/plain-runtime.ts';
import { loadConfig } from '../../src/config/load.ts';
import { noise } from '../../src/demo/noise.ts';
import { createEmbeddedGlance } from '../../src/demo/origin/embedded-glance.ts';
import { seedImage } from '../../src/demo/seed-image.ts';
import { nodePemFiles } from '../../src/entry/pem-files.ts';
import { createGateway } from '../../src/gateway.ts';
import { ALONE } from '../../src/ports/siblings.ts';
import { createReadingSink, type ReadAnswer, type ReadingSink } from './reading-sink.ts';
import { createStuckSink } from './stuck-sink.ts';
import { createWorkLedger, type Work } from './work-ledger.ts';

const TOKEN = 'token';
export const CHUNK: number = 64 * 1024;

export interface WorkScene {
  /** Of the image. */
  readonly data: Buffer;
  /** Downloads the image, whole or that range, and tells what it took, background work included. */
  download(range?: string): Promise<Downloaded>;
  /** So many whole downloads at once. */
  herd(clients: number): Promise<{ readonly work: Work; readonly bodies: readonly Buffer[] }>;
  readRecord(): Promise<Work>;
  /** Whether the record is answered before anything else is done. */
  answersRecordAtOnce(): boolean;
  /**
   * One reader for each range, each stuck with the first piece. Bytes of chunk memory that are lent then.
   */
  stall(ranges: readonly string[]): Promise<number>;
  /** A whole download, which the test follows, of a new image with the same data. */
  beginAnother(): Promise<Pick<ReadingSink, 'begun' | 'whole'>>;
}

export interface Downloaded extends ReadAnswer {
  readonly work: Work;
}

export interface WorkSceneOptions {
  readonly size: number;
  /** Of the memory tier, in bytes. */
  readonly memory: number;
  /** Of a chunk, in bytes; CHUNK unless given. */
  readonly chunk?: number;
  readonly authorizationTtlMs?: number;
  readonly metadataTtlMs?: number;
  /** Parallel reads of a fill; 1 unless given: they race, and how many requests they make is theirs to choose. */
  readonly lanes?: number;
  /** What each answer of the origin waits for. */
  readonly beforeAnswer?: () => Promise<void>;
  /** What each write to the disk waits for. */
  readonly beforeWrite?: () => Promise<void>;
}

export async function openWorkScene(options: WorkSceneOptions): Promise<WorkScene> {
  const folder = await mkdtemp(join(tmpdir(), 'glance-edge-work-'));
  const ledger = createWorkLedger();
  const { authorizationTtlMs = 0, metadataTtlMs = 0, lanes = 1, chunk = CHUNK } = options;
  const { beforeAnswer = async () => {}, beforeWrite = async () => {} } = options;
  const [clock, timers, ids] = [systemClock, systemTimers, randomIds];
  const tokens = { [TOKEN]: { project: 'work', roles: ['member'] } };
  const glance = createEmbeddedGlance({
    folder: join(folder, 'glance'),
    region: 'RegionOne',
    tokens,
    clock,
    ids,
  });
  const data = noise('work', options.size);
  const image = await seedImage(glance, TOKEN, { name: 'work', data });

  const fetch = ledger.origin(async (request) => {
    await beforeAnswer();
    return glance.fetch(request);
  });
  const wire = createFetchWire({ fetch, timers, answerMs: 60_000, stallMs: 60_000 });
  const blocks = ledger.blocks(
    createBlocks({ size: chunk, step: SEGMENT_BYTES, readyBytes: 64 * CHUNK }),
  );
  const maxBytes = 1024 * 1024 * 1024;
  const opened = await openEntryFiles(join(folder, 'cache'), 'work');
  const files = ledger.files({
    ...opened,
    async writePartial(parts) {
      await beforeWrite();
      return opened.writePartial(parts);
    },
  });
  const recordFiles = await openRecordFiles(join(folder, 'cache'));
  const keeper = await keepBooks({ files, recordFiles, survey: async () => {}, maxBytes, clock });
  const books = keeper.desk('work');
  const store = createDiskStore({ files, books, blocks, clock });
  const disk = createKeyvTier({
    name: 'disk',
    bytesKeyv: createBytesKeyv(store),
    usage: () => store.usage(),
    onDamaged: () => undefined,
  });
  onTestFinished(async () => {
    await disk.close();
    await keeper.close();
    await rm(folder, { recursive: true, force: true });
  });
  const memory = createMemoryTier({ maxBytes: options.memory, clock, blocks });
  const background = createBackground({
    onError(cause) {
      throw cause;
    },
  });
  const silent = { info: () => {}, warn: () => {}, error: () => {} };
  const { regions, defaultRegion, publicUrl } = routing();
  const gateway = createGateway(
    {
      origin: createOrigin({ regions, wire, clock, random: () => 0 }),
      tiers: [ledger.tier(memory), ledger.tier(disk)],
      digests: ledger.digests(createInlineDigests({ secret: 'a secret of the work tests' })),
      hmacSha1,
      blocks,
      pieces: plainBlocks,
      clock,
      timers,
      ids,
      background,
      siblings: ALONE,
      tracing: createNoopTracing(ids),
      observers: [],
      counters: { count: () => undefined },
      watchFills: (traced) => traced,
      log: silent,
    },
    {
      table: { regions, defaultRegion, publicUrl },
      chunkBytes: chunk,
      metadataTtlMs,
      authorizationTtlMs,
      staleIfErrorMs: 0,
      calls: 64,
      fills: 4,
      fillLanes: lanes,
      fillBuffersBytes: 64 * CHUNK,
      osprofilerHmacKeys: [],
    },
  );

  const request = (path: string, range?: string, id = image.id): Request => {
    const headers = { 'X-Auth-Token': TOKEN, ...(range === undefined ? {} : { Range: range }) };
    return new Request(`http://edge.example/v2/images/${id}${path}`, { headers });
  };
  const readData = async (range?: string): Promise<ReadAnswer> => {
    const sink = createReadingSink(ledger);
    await gateway.fetch(request('/file', range), { sink });
    return sink.whole;
  };
  return {
    data: Buffer.concat([...noise('work', options.size)]),
    async download(range) {
      ledger.takeStock();
      const read = await readData(range);
      await background.drain();
      return { work: ledger.takeStock(), ...read };
    },
    async herd(clients) {
      ledger.takeStock();
      const all = await Promise.all(Array.from({ length: clients }, () => readData()));
      await background.drain();
      return { work: ledger.takeStock(), bodies: all.map(({ body }) => body) };
    },
    async stall(ranges) {
      const all = ranges.map((range) => {
        const sink = createStuckSink();
        void gateway.fetch(request('/file', range), { sink });
        return sink.stuck;
      });
      await Promise.all(all);
      await background.drain();
      return blocks.lent();
    },
    async readRecord() {
      ledger.takeStock();
      await (await gateway.fetch(request(''))).arrayBuffer();
      await background.drain();
      return ledger.takeStock();
    },
    answersRecordAtOnce() {
      const sink = createReadingSink(ledger);
      return gateway.fetch(request(''), { sink }) === sink.standIn;
    },
    async beginAnother() {
      const again = noise('work', options.size);
      const another = await seedImage(glance, TOKEN, { name: 'another', data: again });
      const sink = createReadingSink(ledger);
      void gateway.fetch(request('/file', undefined, another.id), { sink });
      return sink;
    },
  };
}

function routing() {
  const text = JSON.stringify({
    default_region: 'RegionOne',
    regions: { RegionOne: { endpoints: ['http://glance.invalid'] } },
  });
  const loaded = loadConfig({ file: 'work', text, environment: {}, pemFiles: nodePemFiles });
  if (loaded.kind !== 'config') throw new Error(loaded.mistakes[0]?.message);
  return loaded.config;
}
