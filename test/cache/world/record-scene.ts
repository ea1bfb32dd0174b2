// Image records over one tier, an origin that answers as a test says, and a clock that it moves.

import { plainBlocks } from '../../../src/adapters/plain-runtime.ts';
import { createEpochs } from '../../../src/cache/epochs.ts';
import { createRecords, type RecordQuestion } from '../../../src/cache/records.ts';
import { createTierStack } from '../../../src/cache/tier-stack.ts';
import type { OriginRequest } from '../../../src/ports/origin.ts';
import { ALONE } from '../../../src/ports/siblings.ts';
import { createManualTimers } from '../../support/manual-timers.ts';
import { createAnsweringOrigin, type GivenAnswer, json } from './answering-origin.ts';
import { aCall, aCaller, countingIds, imageId, inBackground } from './calls.ts';
import { createFakeTier } from './fake-tier.ts';

export const TTL = 10_000;
export const STALE = 60_000;
export const IMAGE = imageId(1);
export const active = (count: number) => json({ id: IMAGE, status: 'active', count });

interface SceneOptions {
  readonly ttl?: number;
  readonly stale?: number;
}

export function scene(
  answer: (count: number, request: OriginRequest) => GivenAnswer | Promise<GivenAnswer> = active,
  { ttl = TTL, stale = 0 }: SceneOptions = {},
) {
  const clock = createManualTimers();
  const origin = createAnsweringOrigin((request, count) => answer(count, request));
  const disk = createFakeTier({ name: 'disk', clock });
  const stack = createTierStack({
    tiers: [disk],
    background: inBackground,
    clock,
    blocks: plainBlocks,
    onTrouble: () => {},
  });
  const ids = countingIds();
  const times = { believeMs: ttl, lifetimeMs: ttl + stale + 1_000 };
  const epochs = createEpochs({ siblings: ALONE, shared: stack, clock, ids, ...times });
  const settings = { metadataTtlMs: ttl, staleIfErrorMs: stale };
  const records = createRecords({
    origin,
    stack,
    epochs,
    background: inBackground,
    clock,
    ids,
    ...settings,
  });
  const ask = async (change: Partial<RecordQuestion> = {}, signal?: AbortSignal) =>
    records.read(aCall(signal), question(change));
  /** How it was answered, and the number of the origin's answer that it is. */
  const read = async (change: Partial<RecordQuestion> = {}) => {
    const got = await ask(change);
    if (got.kind !== 'answer') return got.kind;
    const { status } = got;
    const told = status.kind === 'hit' ? `hit ${status.ttl ?? 'fresh'}` : `fwd ${status.reason}`;
    return `${told} ${JSON.parse(new TextDecoder().decode(got.answer.body)).count}`;
  };
  return { clock, origin, epochs, disk, ask, read };
}

function question(change: Partial<RecordQuestion>): RecordQuestion {
  return {
    region: 'One',
    imageId: IMAGE,
    target: `/v2/images/${change.imageId ?? IMAGE}`,
    caller: aCaller('a'),
    headers: [['X-Auth-Token', 'a']],
    directives: { noCache: false, noStore: false },
    ...change,
  };
}
