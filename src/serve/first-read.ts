// The first read of a body whose bytes are proven. A small range as a rule is all in it: such a body is sent
// as it is, without the machinery that one of many pieces needs.
import type { ChunkReads } from '../cache/chunk-reads.ts';
import type { ChunkRead } from '../cache/chunk-stream.ts';
import { chunkLength, sliceAt } from '../core/chunk-plan.ts';
import type { Manifest } from '../core/manifest.ts';
import type { Call } from '../ports/call.ts';
import type { TierName } from '../ports/tier.ts';
import type { AnswerBody, Told } from './exchange.ts';

export type FirstRead =
  | { readonly kind: 'whole'; readonly body: AnswerBody; readonly from: TierName }
  /** Of a body that goes on, or of a chunk that no tier has: then it is null. */
  | { readonly kind: 'begun'; readonly read: ChunkRead | null };

/** Bytes `start` up to, not including, `end` of the image data: at least one. */
interface Wanted {
  readonly start: number;
  readonly end: number;
  readonly call: Call;
  readonly told: Told;
}

/** What is larger is sent in turn with others. */
const MOST = 32 * 1024;

export async function firstRead(
  reads: ChunkReads,
  manifest: Manifest,
  { start, end, call, told }: Wanted,
): Promise<FirstRead> {
  const { index, from, to } = sliceAt(manifest, start, end);
  const need = { from, to, length: chunkLength(manifest, index) };
  const read = await reads.stored(manifest.digests[index] ?? '', need, call.watch);
  const length = end - start;
  const begun: FirstRead = { kind: 'begun', read };
  if (read === null || length > MOST || to - from < length || read.to < to) return begun;
  const { stream } = read;
  const whole = (await stream.read(from)).subarray(0, length);
  if (whole.length < length || stream.from === 'origin') return begun;
  told.bytesFrom[stream.from] += length;
  return { kind: 'whole', body: inOnePiece(whole, () => stream.release()), from: stream.from };
}

function inOnePiece(whole: Uint8Array, release: () => void): AnswerBody {
  let unread: Uint8Array | null = whole;
  return {
    whole,
    async read() {
      const piece = unread;
      unread = null;
      return piece;
    },
    cancel() {
      // Whoever has read it may still be sending it.
      if (unread !== null) release();
      unread = null;
    },
    sent: release,
  };
}
