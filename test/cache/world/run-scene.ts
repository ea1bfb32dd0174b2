// One run read to its end from an image of 100 bytes, with all that it told on its way.
import { plainBlocks } from '../../../src/adapters/plain-runtime.ts';
import { type ByteRun, createRunReader, type DataSource } from '../../../src/cache/origin-run.ts';
import { createRangeAbilities } from '../../../src/cache/range-ability.ts';
import { GatewayFailure } from '../../../src/core/failure.ts';
import { headerValue } from '../../../src/core/headers.ts';
import type { Origin, OriginRequest } from '../../../src/ports/origin.ts';
import { patternBytes } from '../../contract/tier-harness.ts';
import { createManualTimers } from '../../support/manual-timers.ts';
import { createAnsweringOrigin, type GivenAnswer } from './answering-origin.ts';
import { aCall, imageId } from './calls.ts';

export const SIZE = 100;
export const DATA = patternBytes(SIZE, 7);
const cut = (): Error => new GatewayFailure('origin-cut', 'cut');

/** 206 with the bytes that were asked for, cut after `length` of them. */
export function part(request: OriginRequest, length = Infinity): GivenAnswer {
  const [from, last] = rangeOf(request) ?? [0, SIZE - 1];
  const bytes = DATA.subarray(from, Math.min(last + 1, from + length));
  const pieces = [
    ...(bytes.length > 0 ? [bytes] : []),
    ...(length < last + 1 - from ? [cut()] : []),
  ];
  return { status: 206, headers: [['Content-Range', `bytes ${from}-${last}/${SIZE}`]], pieces };
}

export function whole(length = SIZE): GivenAnswer {
  const pieces = [DATA.subarray(0, length), ...(length < SIZE ? [cut()] : [])];
  return { status: 200, headers: [['Content-Length', `${SIZE}`]], pieces };
}

export function rangeOf(request: OriginRequest): [number, number] | null {
  const parts = /^bytes=(\d+)-(\d+)$/.exec(headerValue(request.headers, 'range') ?? '');
  return parts && [Number(parts[1]), Number(parts[2])];
}

interface Scene {
  readonly ability?: 'yes' | 'no';
  readonly tokens?: readonly string[];
  readonly onSequential?: (run: ByteRun) => void;
}

export async function readRun(
  answer: (request: OriginRequest, count: number) => GivenAnswer,
  { from = 0, to = SIZE }: Partial<ByteRun> = {},
  scene: Scene = {},
) {
  const origin = createAnsweringOrigin(answer);
  const run = { from, to };
  return { ...(await read(origin, run, scene)), run, origin, ranges: origin.requests.map(rangeOf) };
}

export async function read(origin: Origin, run: ByteRun, scene: Scene = {}) {
  const timers = createManualTimers();
  const abilities = createRangeAbilities();
  if (scene.ability) abilities.learn('One', 's', scene.ability);
  const told = { received: 0, resumed: [] as string[], attempts: 0 };
  const tokens = [...(scene.tokens ?? ['a'])];
  const gone = new AbortController();
  const source: DataSource = {
    region: 'One',
    imageId: imageId(1),
    size: SIZE,
    stores: 's',
    call: aCall(gone.signal),
    credentials: () => (tokens[0] === undefined ? null : [['X-Auth-Token', tokens[0]]]),
    refused: (refused) => {
      if (refused[0]?.[1] === tokens[0]) tokens.shift();
    },
    attempted: ({ attempts }) => {
      told.attempts += attempts;
    },
    resumed: (position, code) => told.resumed.push(`${code} at ${position}`),
    received: (bytes) => {
      told.received += bytes;
    },
  };
  // Pauses pass as soon as they begin.
  const hurried = {
    after(ms: number, work: () => void) {
      const cancel = timers.after(ms, work);
      queueMicrotask(() => timers.advance(ms));
      return cancel;
    },
  };
  const reader = createRunReader({ origin, timers: hurried, abilities, pieces: plainBlocks });
  const bytes: number[] = [];
  let failed: string | null = null;
  try {
    for await (const piece of reader(source, run, scene.onSequential ?? (() => {}))) {
      bytes.push(...piece);
    }
  } catch (thrown) {
    failed = thrown instanceof GatewayFailure ? thrown.code : String(thrown);
  }
  return {
    bytes: Uint8Array.from(bytes),
    failed,
    told,
    ability: abilities.of('One', 's'),
    pauses: timers.now(),
    pending: timers.pending(),
  };
}
