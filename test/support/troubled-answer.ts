// Writes one answer to the socket, with the troubles that befall it.
import type { ServerResponse } from 'node:http';
import { systemClock, systemTimers } from '../../src/adapters/node/runtime.ts';
import { createLink, type Link } from '../../src/demo/origin/link.ts';
import { writeHead, writePiece } from '../../src/demo/origin/node-exchange.ts';
import type { LedgerEntry } from './ledger.ts';
import { ofKind, type Stroke } from './trouble.ts';

/** Small enough that a ledger is exact where a client leaves. */
const PIECE_BYTES = 64 * 1024;

export async function writeTroubledAnswer(
  outgoing: ServerResponse,
  response: Response,
  strokes: readonly Stroke[],
  entry: LedgerEntry,
  links: readonly Link[],
): Promise<void> {
  for (const link of links) await link.delay();
  writeTroubledHead(outgoing, response, strokes);
  entry.status(response.status);
  const stops = stopsOf(strokes);
  const wires = [...links, ...throttles(strokes)];
  let at = 0;
  const grain = Math.min(PIECE_BYTES, ...wires.map(({ grainBytes }) => grainBytes));
  for await (const piece of pieces(response.body, stops, grain)) {
    const passed = await passStop(outgoing, stops.get(at) ?? [], entry);
    if (!passed) return;
    for (const wire of wires) await wire.carry(piece.length);
    if (!(await writePiece(outgoing, flipped(piece, at, strokes)))) return entry.end('gone');
    at += piece.length;
    entry.sent(piece.length);
  }
  if (!(await passStop(outgoing, stops.get(at) ?? [], entry))) return;
  outgoing.end(() => entry.end('whole'));
}

/** Strokes that happen between two bytes, by offset. */
type Stops = ReadonlyMap<number, readonly Stroke[]>;

function stopsOf(strokes: readonly Stroke[]): Stops {
  const stops = ['stall', 'short', 'cut'] as const;
  return Map.groupBy(
    // A stall comes first: it may hold what then breaks.
    stops.flatMap((kind): readonly Stroke[] => ofKind(strokes, kind)),
    ({ trouble }) => ('at' in trouble ? trouble.at : -1),
  );
}

/** False when the answer has ended here. */
async function passStop(
  outgoing: ServerResponse,
  strokes: readonly Stroke[],
  entry: LedgerEntry,
): Promise<boolean> {
  for (const { trouble, strike } of strokes) {
    switch (trouble.kind) {
      case 'stall':
        strike();
        await Promise.race([trouble.until, gone(outgoing)]);
        break;
      case 'short':
        outgoing.end(() => {
          entry.end('cut');
          strike();
        });
        return false;
      case 'cut':
        entry.end('cut');
        if (trouble.how === 'reset') outgoing.socket?.resetAndDestroy();
        else outgoing.socket?.end();
        strike();
        return false;
      default:
        break;
    }
  }
  return true;
}

function gone(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    if (outgoing.destroyed) resolve();
    else outgoing.once('close', () => resolve());
  });
}

function writeTroubledHead(
  outgoing: ServerResponse,
  response: Response,
  strokes: readonly Stroke[],
): void {
  const [short] = ofKind(strokes, 'short');
  const [unframed] = ofKind(strokes, 'unframed');
  if (short?.trouble.framing === 'length') {
    writeHead(outgoing, response, { 'content-length': String(short.trouble.at) });
  } else if (short !== undefined || unframed?.trouble.framing === 'chunked') {
    writeHead(outgoing, response, { 'content-length': null });
  } else if (unframed !== undefined) {
    outgoing.useChunkedEncodingByDefault = false;
    writeHead(outgoing, response, { 'content-length': null, connection: 'close' });
  } else {
    writeHead(outgoing, response);
  }
  unframed?.strike();
}

function throttles(strokes: readonly Stroke[]): readonly Link[] {
  return ofKind(strokes, 'throttle').map(({ trouble, strike }) => {
    strike();
    const { bytesPerSecond } = trouble;
    return createLink({ bytesPerSecond, clock: systemClock, timers: systemTimers });
  });
}

/** The body in pieces of `grain` bytes at most, none of which spans a stop. */
async function* pieces(
  body: ReadableStream<Uint8Array> | null,
  stops: Stops,
  grain: number,
): AsyncGenerator<Uint8Array> {
  const offsets = [...stops.keys()].sort((a, b) => a - b);
  let at = 0;
  for await (const whole of body ?? []) {
    let rest: Uint8Array = whole;
    while (rest.length > 0) {
      const stop = offsets.find((offset) => offset > at) ?? Infinity;
      const length = Math.min(grain, rest.length, stop - at);
      yield rest.subarray(0, length);
      rest = rest.subarray(length);
      at += length;
    }
  }
}

function flipped(piece: Uint8Array, at: number, strokes: readonly Stroke[]): Uint8Array {
  const flips = ofKind(strokes, 'flip');
  if (flips.length === 0) return piece;
  const copy = Uint8Array.from(piece);
  for (const { trouble, strike } of flips) {
    const byte = copy[trouble.at - at];
    if (byte === undefined) continue;
    copy[trouble.at - at] = byte ^ 0xff;
    strike();
  }
  return copy;
}
