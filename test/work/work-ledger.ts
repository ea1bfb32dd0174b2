// A ledger of work: every port that costs something is counted, so that doing more of it fails a
// test without a stopwatch.
import type { EntryFiles } from '../../src/adapters/disk/entry-files.ts';
import type { Digests } from '../../src/ports/digests.ts';
import type { Blocks } from '../../src/ports/runtime.ts';
import type { Tier } from '../../src/ports/tier.ts';

/** All of it since the last `takeStock`. */
export interface Work {
  questions: number;
  records: number;
  downloads: number;
  /** Announced by the answers to those. */
  originBytes: number;
  memoryLookups: number;
  memoryStores: number;
  diskLookups: number;
  diskStores: number;
  filesRead: number;
  filesWritten: number;
  bytesRead: number;
  bytesWritten: number;
  /** Loans of chunk memory. */
  loans: number;
  /** Loans of memory that was never lent before. */
  freshLoans: number;
  /** By the digests of chunks. */
  chunkBytesHashed: number;
  /** By the digest of the whole image. */
  imageBytesHashed: number;
}

export interface WorkLedger {
  /** What was done so far; counting begins anew. */
  takeStock(): Work;
  /** Whether that memory came from the counted blocks: if not, bytes were copied elsewhere. */
  knows(memory: ArrayBufferLike): boolean;
  origin(fetch: (request: Request) => Promise<Response>): typeof globalThis.fetch;
  tier(tier: Tier): Tier;
  files(files: EntryFiles): EntryFiles;
  blocks(blocks: Blocks): Blocks;
  digests(digests: Digests): Digests;
}

export function createWorkLedger(): WorkLedger {
  let work = nothing();
  const handedOut = new WeakSet<ArrayBufferLike>();
  return {
    takeStock() {
      const done = work;
      work = nothing();
      return done;
    },
    knows: (memory) => handedOut.has(memory),
    origin: (fetch) => async (input, init) => {
      const request = new Request(input, init);
      const isData = new URL(request.url).pathname.endsWith('/file');
      if (!isData) work.records += 1;
      else if (request.headers.get('range') === UNSATISFIABLE) work.questions += 1;
      else work.downloads += 1;
      const answer = await fetch(request);
      if (isData && answer.ok) work.originBytes += Number(answer.headers.get('content-length'));
      return answer;
    },
    tier: (tier) => ({
      ...tier,
      lookup(key) {
        work[tier.name === 'memory' ? 'memoryLookups' : 'diskLookups'] += 1;
        return tier.lookup(key);
      },
      lookupPart(key, from, to) {
        work[tier.name === 'memory' ? 'memoryLookups' : 'diskLookups'] += 1;
        return tier.lookupPart(key, from, to);
      },
      store(key, bytes, expiresAt) {
        work[tier.name === 'memory' ? 'memoryStores' : 'diskStores'] += 1;
        return tier.store(key, bytes, expiresAt);
      },
    }),
    files: (files) => ({
      ...files,
      async read(name, position, parts) {
        work.filesRead += 1;
        const read = await files.read(name, position, parts);
        work.bytesRead += read ?? 0;
        return read;
      },
      writePartial(parts) {
        work.filesWritten += 1;
        for (const { byteLength } of parts) work.bytesWritten += byteLength;
        return files.writePartial(parts);
      },
    }),
    blocks: (blocks) => ({
      ...blocks,
      lend(size) {
        const bytes = blocks.lend(size);
        work.loans += 1;
        if (!handedOut.has(bytes.buffer)) work.freshLoans += 1;
        handedOut.add(bytes.buffer);
        return bytes;
      },
    }),
    digests: (digests) => ({
      ...digests,
      chunk(bytes) {
        work.chunkBytesHashed += bytes.byteLength;
        return digests.chunk(bytes);
      },
      image(algorithm) {
        const digest = digests.image(algorithm);
        if (digest === null) return null;
        return {
          ...digest,
          update(bytes) {
            work.imageBytesHashed += bytes.byteLength;
            return digest.update(bytes);
          },
        };
      },
    }),
  };
}

/** How a caller's right is asked for. */
const UNSATISFIABLE = 'bytes=9007199254740991-';

const nothing = (): Work => ({
  questions: 0,
  records: 0,
  downloads: 0,
  originBytes: 0,
  memoryLookups: 0,
  memoryStores: 0,
  diskLookups: 0,
  diskStores: 0,
  filesRead: 0,
  filesWritten: 0,
  bytesRead: 0,
  bytesWritten: 0,
  loans: 0,
  freshLoans: 0,
  chunkBytesHashed: 0,
  imageBytesHashed: 0,
});
