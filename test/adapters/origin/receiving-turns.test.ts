// What origins send is taken for so long in a round of the event loop, whoever sends it.
import { setImmediate } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { createReceivingTurns } from '../../../src/adapters/origin/receiving-turns.ts';
import { createUndiciWire } from '../../../src/adapters/origin/undici-wire.ts';
import { patternBytes } from '../../contract/tier-harness.ts';
import { startScriptedOrigin } from '../../support/scripted-origin.ts';
import { aCall, answered, aRequest } from '../../support/wire-calls.ts';

const KIB = 1024;
const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(cleanups.splice(0).map((cleanup) => cleanup()));
});

test('those for whom a round had no time go on in their order, as many as the next ones have time for', async () => {
  let time = 0;
  const turns = createReceivingTurns(() => time);
  const seen: string[] = [];
  expect(turns.hasTime()).toBe(true);
  time += 4;
  for (const who of ['a', 'b', 'c']) {
    expect(turns.hasTime()).toBe(false);
    turns.later(() => {
      seen.push(who);
      time += 2;
    });
  }
  await setImmediate();
  expect(seen).toEqual(['a', 'b']);
  expect(turns.hasTime()).toBe(false);
  await setImmediate();
  expect(seen).toEqual(['a', 'b', 'c']);
  expect(turns.hasTime()).toBe(true);
});

/** An origin that answers with `data`, and a wire to it on which each look at the clock is a round later. */
async function started(data: Uint8Array) {
  const origin = await startScriptedOrigin(async (peer) => {
    await peer.head();
    await peer.say(`HTTP/1.1 200 OK\r\nContent-Length: ${data.length}\r\n\r\n`);
    await peer.say(data);
  });
  cleanups.push(() => origin.close());
  let looks = 0;
  const wire = createUndiciWire({
    connectMs: 60_000,
    answerMs: 60_000,
    uploadMs: 60_000,
    stallMs: 60_000,
    connections: 1,
    cas: {},
    now() {
      looks += 1;
      return looks * 4;
    },
  });
  cleanups.push(() => wire.close());
  const { body } = answered(await wire.send(aCall(), aRequest(origin.url)));
  return { wire, body, looks: () => looks };
}

test('an answer stands still when its round is over, and all of it comes', async () => {
  const data = patternBytes(8 * KIB * KIB, 7);
  const { wire, body } = await started(data);
  // What is queued, and what the kernel holds, comes as fast as it is read.
  for (let round = 0; round < 100; round += 1) await setImmediate();
  let inRound = 0;
  let most = 0;
  let whole = 0;
  let isOver = false;
  const rounds = (async () => {
    for (; !isOver; inRound = 0) await setImmediate();
  })();
  for (let piece = await body.read(); piece !== null; piece = await body.read()) {
    whole += piece.byteLength;
    inRound += piece.byteLength;
    // The first 512 KiB were queued.
    if (whole > KIB * KIB) most = Math.max(most, inRound);
    wire.release(piece);
  }
  isOver = true;
  await rounds;
  expect(whole).toBe(data.length);
  expect(most).toBeLessThanOrEqual(256 * KIB);
});

test('a small answer waits for no round', async () => {
  const { body, looks } = await started(patternBytes(KIB, 7));
  let whole = 0;
  for (let piece = await body.read(); piece !== null; piece = await body.read()) {
    whole += piece.byteLength;
  }
  expect(whole).toBe(KIB);
  expect(looks()).toBe(0);
});
