import { setImmediate as settled } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { RecordQuestion } from '../../src/cache/records.ts';
import { GatewayFailure } from '../../src/core/failure.ts';
import { createGate } from '../support/gate.ts';
import { type GivenAnswer, json, text } from './world/answering-origin.ts';
import { aCaller, imageId } from './world/calls.ts';
import { active, IMAGE, STALE, scene, TTL } from './world/record-scene.ts';

const NO_CACHE = { directives: { noCache: true, noStore: false } };
const NO_STORE = { directives: { noCache: false, noStore: true } };

describe('an active record', () => {
  test('is kept byte for byte, with its headers, as long as configured', async () => {
    const body = `{"id": "${IMAGE}",\n "status":"active", "name": "é"  }`;
    const headers = [
      ['Content-Type', 'application/json'],
      ['X-Odd', 'ä'],
      ['X-Odd', '2'],
    ] as const;
    const { clock, origin, ask } = scene(() => ({ headers, pieces: [text(body)] }));
    const first = await ask();
    expect(first).toMatchObject({ status: { kind: 'fwd', reason: 'uri-miss', stored: true } });
    clock.advance(TTL - 1);
    const second = await ask();
    expect(second).toMatchObject({
      answer: { status: 200, headers, body: text(body), storedAt: 0 },
      status: { kind: 'hit', detail: 'disk' },
    });
    clock.advance(1);
    expect(await ask()).toMatchObject({ status: { kind: 'fwd' } });
    expect(origin.requests).toHaveLength(2);
  });

  test('is kept for its caller, region, image, path and query alone', async () => {
    const other = imageId(2);
    const { read } = scene((count, request) =>
      json({ id: request.target.includes(other) ? other : IMAGE, status: 'active', count }),
    );
    await read();
    expect(await read({ caller: aCaller('b') })).toBe('fwd uri-miss 1');
    expect(await read({ region: 'Two' })).toBe('fwd uri-miss 2');
    expect(await read({ imageId: other })).toBe('fwd uri-miss 3');
    expect(await read({ target: `/v2/images/${IMAGE}?x` })).toBe('fwd uri-miss 4');
    expect(await read()).toBe('hit fresh 0');
    expect(await read({ caller: aCaller('b') })).toBe('hit fresh 1');
    expect(await read({ imageId: other })).toBe('hit fresh 3');
  });

  test('is as old as the question for it', async () => {
    const gate = createGate();
    const { clock, ask, read } = scene(async (count) => {
      if (count === 0) await gate.opened;
      return active(count);
    });
    const asking = ask();
    await settled();
    clock.advance(TTL - 1);
    gate.open();
    await asking;
    expect(await read()).toBe('hit fresh 0');
    clock.advance(1);
    expect(await read()).toBe('fwd uri-miss 1');
  });

  test('is asked for anew when the client says no-cache, and that answer is kept', async () => {
    const { read } = scene();
    await read();
    expect(await read(NO_CACHE)).toBe('fwd request 1');
    expect(await read()).toBe('hit fresh 1');
  });

  test('is neither taken nor kept when the client says no-store', async () => {
    const { disk, read } = scene();
    expect(await read(NO_STORE)).toBe('fwd request 0');
    expect(disk.entries.size).toBe(0);
    await read();
    expect(await read(NO_STORE)).toBe('fwd request 2');
    expect(await read()).toBe('hit fresh 1');
  });

  test('is not kept when nothing is to be', async () => {
    const { disk, read } = scene(active, { ttl: 0 });
    await read();
    expect(await read()).toBe('fwd uri-miss 1');
    expect(disk.entries.size).toBe(0);
  });

  test('is gone after a write, and the answer to an older question does not bring it back', async () => {
    const gate = createGate();
    const { epochs, ask, read } = scene(async (count) => {
      if (count === 1) await gate.opened;
      return active(count);
    });
    await read();
    await epochs.begin('One', [IMAGE]);
    const older = ask();
    await settled();
    await epochs.begin('One', [IMAGE]);
    gate.open();
    expect(await older).toMatchObject({ status: { kind: 'fwd' } });
    expect(await read()).toBe('fwd uri-miss 2');
    expect(await read()).toBe('hit fresh 2');
  });
});

test('a record of no known length that is no JSON was cut off, and is no answer', async () => {
  const { ask } = scene(() => ({ pieces: [text('{"id": "')] }));
  await expect(ask()).rejects.toMatchObject({ code: 'origin-cut' });
});

describe('not kept', () => {
  test.each([
    ['a record that is not active', json({ id: IMAGE, status: 'queued' })],
    ['a record of another image', json({ id: imageId(2), status: 'active' })],
    ['what is no record', { headers: [['Content-Length', '6']], pieces: [text('<html>')] }],
    ['an empty answer', { headers: [['Content-Length', '0']] }],
    ['a 404', { ...active(0), status: 404 }],
    ['a 203', { ...active(0), status: 203 }],
    ['a 500', { ...active(0), status: 500 }],
  ] satisfies [string, GivenAnswer][])('is %s', async (_, answer) => {
    const { origin, disk, ask } = scene(() => answer);
    const [first, second] = [await ask(), await ask()];
    expect(first).toMatchObject({ kind: 'answer', status: { kind: 'fwd', stored: false } });
    expect(second).toMatchObject({ status: { kind: 'fwd', reason: 'uri-miss' } });
    expect(first).toMatchObject({ answer: { status: answer.status ?? 200 } });
    expect([origin.requests.length, disk.entries.size, origin.open()]).toEqual([2, 0, 0]);
  });

  test('is a record under a target too long for a key', async () => {
    const { disk, read } = scene();
    const target = `/v2/images/${IMAGE}?${'x'.repeat(600)}`;
    await read({ target });
    expect(await read({ target })).toBe('fwd uri-miss 1');
    expect(disk.entries.size).toBe(0);
  });

  test('is an answer too large to be held: it is left unread', async () => {
    const piece = new Uint8Array(1024 * 1024);
    const { origin, ask } = scene(() => ({ pieces: Array.from({ length: 100 }, () => piece) }));
    expect(await ask()).toEqual({ kind: 'oversized' });
    expect([origin.open(), origin.reads()]).toEqual([0, 5]);
  });
});

describe('when the origin fails', () => {
  const away = (from: number) => (count: number) => {
    if (count < from) return active(count);
    throw new GatewayFailure('origin-timeout', 'away');
  };
  const ailing = (from: number) => (count: number) =>
    count < from ? active(count) : { ...json({ count }), status: 503 };

  test.each([
    ['does not answer', away],
    ['answers 503', ailing],
  ])('and %s, a stale record stands in, for a while', async (_, failing) => {
    const { clock, read, ask } = scene(failing(1), { stale: STALE });
    await read();
    clock.advance(TTL + 2_500);
    expect(await read()).toBe('hit -3 0');
    expect(await read()).toBe('hit -3 0');
    clock.advance(STALE - 2_501);
    expect(await read()).toBe('hit -60 0');
    clock.advance(1);
    const late = await ask().catch((thrown: GatewayFailure) => thrown.code);
    expect([late, (late as { answer?: { status: number } }).answer?.status]).toContain(
      failing === away ? 'origin-timeout' : 503,
    );
  });

  test('and nothing is to stand in, its failure or its answer is the answer', async () => {
    const gone = scene(away(1));
    await gone.read();
    gone.clock.advance(TTL);
    await expect(gone.ask()).rejects.toMatchObject({ code: 'origin-timeout' });
    const ill = scene(ailing(1));
    await ill.read();
    ill.clock.advance(TTL);
    expect(await ill.ask()).toMatchObject({ answer: { status: 503 } });
  });

  test('nobody gets another caller’s stale record, nor one that a client will not have', async () => {
    const { clock, read, ask } = scene(away(1), { stale: STALE });
    await read();
    clock.advance(TTL);
    const code = { code: 'origin-timeout' };
    await expect(ask({ caller: aCaller('b') })).rejects.toMatchObject(code);
    await expect(ask(NO_CACHE)).rejects.toMatchObject(code);
    await expect(ask(NO_STORE)).rejects.toMatchObject(code);
  });

  test('a refusal is no failure: it is passed on, though a stale record is there', async () => {
    for (const status of [401, 403, 404]) {
      const { clock, read, ask } = scene(
        (count) => (count === 0 ? active(0) : { status, pieces: [text('no')] }),
        { stale: STALE },
      );
      await read();
      clock.advance(TTL);
      expect(await ask()).toMatchObject({ answer: { status, body: text('no') } });
    }
  });
});

describe('concurrent reads', () => {
  function waiting() {
    const gate = createGate();
    const made = scene(async (count) => {
      await gate.opened;
      return active(count);
    });
    return { ...made, gate };
  }

  test('that are the same share one question', async () => {
    const { origin, gate, ask } = waiting();
    const reads = [ask(), ask(), ask()];
    await settled();
    gate.open();
    const got = await Promise.all(reads);
    const collapsed = got.map(
      (one) => one.kind === 'answer' && one.status.kind === 'fwd' && one.status.collapsed,
    );
    expect([origin.requests.length, collapsed]).toEqual([1, [false, true, true]]);
  });

  test.each<[string, Partial<RecordQuestion>]>([
    ['of another caller', { caller: aCaller('b') }],
    ['of another region', { region: 'Two' }],
    ['with another query', { target: `/v2/images/${IMAGE}?x` }],
    ['of another format', { headers: [['Accept', 'text/plain']] }],
    ['that must not be an earlier one', NO_CACHE],
    ['that must leave no trace', NO_STORE],
  ])('do not share one %s', async (_, change) => {
    const { origin, gate, ask } = waiting();
    const reads = [ask(), ask(change)];
    await settled();
    expect(origin.requests).toHaveLength(2);
    gate.open();
    await Promise.all(reads);
  });

  test('do not share one from before a write', async () => {
    const { origin, epochs, gate, ask } = waiting();
    const before = ask();
    await settled();
    await epochs.begin('One', [IMAGE]);
    const after = ask();
    await settled();
    expect(origin.requests).toHaveLength(2);
    gate.open();
    await Promise.all([before, after]);
  });

  test('go on when the one who asked leaves, and end when all have left', async () => {
    const { origin, gate, ask } = waiting();
    const [first, second] = [new AbortController(), new AbortController()];
    const reads = [ask({}, first.signal), ask({}, second.signal)];
    const outcomes = Promise.allSettled(reads);
    await settled();
    first.abort();
    await settled();
    expect(origin.calls[0]?.signal.aborted).toBe(false);
    second.abort();
    await settled();
    expect(origin.calls[0]?.signal.aborted).toBe(true);
    gate.open();
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'client-gone' } });
    }
  });
});
