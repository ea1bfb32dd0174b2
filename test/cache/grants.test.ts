import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { plainBlocks } from '../../src/adapters/plain-runtime.ts';
import { createEpochs } from '../../src/cache/epochs.ts';
import { createGrants, type GrantQuestion } from '../../src/cache/grants.ts';
import { createTierStack } from '../../src/cache/tier-stack.ts';
import { GatewayFailure } from '../../src/core/failure.ts';
import { ALONE, type News, type Siblings } from '../../src/ports/siblings.ts';
import { createGate } from '../support/gate.ts';
import { createManualTimers } from '../support/manual-timers.ts';
import { createAnsweringOrigin, type GivenAnswer, text } from './world/answering-origin.ts';
import { aCall, aCaller, countingIds, imageId, inBackground, STOPPED } from './world/calls.ts';

const TTL = 5_000;
const IMAGE = imageId(1);

function scene(
  answer: (count: number) => GivenAnswer | Promise<GivenAnswer>,
  ttl = TTL,
  announce: Siblings['announce'] = async () => {},
) {
  const clock = createManualTimers();
  const origin = createAnsweringOrigin((_, count) => answer(count));
  const shared = createTierStack({
    tiers: [],
    background: inBackground,
    clock: STOPPED,
    blocks: plainBlocks,
    onTrouble: () => {},
  });
  const ids = countingIds();
  const epochs = createEpochs({
    siblings: ALONE,
    shared,
    clock,
    ids,
    believeMs: 60_000,
    lifetimeMs: 60_000,
  });
  const grants = createGrants({
    siblings: { ...ALONE, announce },
    background: { keep() {} },
    origin,
    epochs,
    clock,
    authorizationTtlMs: ttl,
  });
  const hear = (right: string): void => grants.heard({ kind: 'refused', right });
  const ask = (change: Partial<GrantQuestion> = {}) => grants.ask(aCall(), question(change));
  return { clock, origin, epochs, ask, hear };
}

function question(change: Partial<GrantQuestion>): GrantQuestion {
  return {
    region: 'One',
    imageId: IMAGE,
    target: `/v2/images/${change.imageId ?? IMAGE}/file`,
    caller: aCaller('a'),
    headers: [['X-Auth-Token', 'a']],
    noCache: false,
    ...change,
  };
}

describe('the origin is asked', () => {
  test('for a range that no image has, in place of the ranges that the client asked for', async () => {
    const { origin, ask } = scene(() => ({ status: 416 }));
    const headers = [
      ['X-Auth-Token', 'a'],
      ['range', 'bytes=0-1'],
      ['Content-Range', 'bytes 0-1/*'],
      ['If-Range', 'x'],
    ] as const;
    await ask({ headers });
    expect(origin.requests).toMatchObject([
      {
        region: 'One',
        method: 'GET',
        target: `/v2/images/${IMAGE}/file`,
        headers: [
          ['X-Auth-Token', 'a'],
          ['Range', 'bytes=9007199254740991-'],
        ],
        body: null,
      },
    ]);
  });

  test.each([200, 206, 416])('and %d is a yes', async (status) => {
    const headers = [['X-Openstack-Request-Id', 'req-1']] as const;
    const { origin, ask } = scene(() => ({ status, headers, pieces: [text('no matter')] }));
    expect(await ask()).toMatchObject({ kind: 'granted', how: 'asked', requestId: 'req-1' });
    expect(origin.open()).toBe(0);
  });

  test.each([401, 403, 404, 410])(
    'and %d is a no in its own words, for it to be passed on',
    async (status) => {
      const { ask } = scene(() => ({ status, pieces: [text('forbidden')] }));
      const grant = await ask();
      if (grant.kind !== 'refused') throw new Error(grant.kind);
      expect(grant.answer.status).toBe(status);
      expect(await grant.answer.body.read()).toEqual(text('forbidden'));
    },
  );

  test.each([204, 300, 302, 400, 409, 413, 429, 500, 502, 503])(
    'and %d decides nothing',
    async (status) => {
      const { origin, ask } = scene(() => ({ status, pieces: [text('whatever')] }));
      expect(await ask()).toEqual({ kind: 'undecided', status });
      expect(await ask()).toEqual({ kind: 'undecided', status });
      expect([origin.open(), origin.requests.length]).toEqual([0, 2]);
    },
  );

  test('and does not get to send an image instead', async () => {
    const pieces = Array.from({ length: 1_000 }, () => new Uint8Array(64 * 1024));
    const { origin, ask } = scene(() => ({ status: 200, pieces }));
    expect(await ask()).toMatchObject({ kind: 'granted' });
    expect(origin.reads()).toBeLessThan(5);
    expect(origin.open()).toBe(0);
  });

  test('and when the body of a yes breaks off it is still a yes', async () => {
    const { origin, ask } = scene(() => ({ status: 416, pieces: [new Error('cut')] }));
    expect(await ask()).toMatchObject({ kind: 'granted' });
    expect(origin.open()).toBe(0);
  });

  test('and its failure is nobody else’s answer', async () => {
    const { ask } = scene((count) => {
      if (count === 0) throw new GatewayFailure('origin-unreachable', 'away');
      return { status: 416 };
    });
    await expect(ask()).rejects.toMatchObject({ code: 'origin-unreachable' });
    expect(await ask()).toMatchObject({ kind: 'granted', how: 'asked' });
  });
});

describe('a no', () => {
  test('is told when all other processes know of it, none of which says yes after it', async () => {
    const told: News[] = [];
    const gate = createGate();
    const { ask } = scene(
      () => ({ status: 401 }),
      TTL,
      (news) => {
        told.push(news);
        return gate.opened;
      },
    );
    let answered = false;
    const asking = Promise.resolve(ask()).finally(() => {
      answered = true;
    });
    await setImmediate();
    expect(told).toEqual([{ kind: 'refused', right: `One/${IMAGE}/${aCaller('a').digest}` }]);
    expect(answered).toBe(false);
    gate.open();
    expect(await asking).toMatchObject({ kind: 'refused' });
  });

  test('is told all the same when they can not be told', async () => {
    const broken = () => Promise.reject(new Error('The primary has ended.'));
    const { ask } = scene(() => ({ status: 403 }), TTL, broken);
    expect(await ask()).toMatchObject({ kind: 'refused' });
  });
});

describe('a yes', () => {
  const yes = () => ({ status: 416 });

  test('is remembered for the caller, the image and the region, and as long as configured', async () => {
    const { clock, origin, ask } = scene(yes);
    expect(await ask()).toMatchObject({ how: 'asked' });
    clock.advance(TTL - 1);
    expect(await ask()).toMatchObject({ kind: 'granted', how: 'remembered', requestId: null });
    for (const other of [{ caller: aCaller('b') }, { region: 'Two' }, { imageId: imageId(2) }]) {
      expect(await ask(other)).toMatchObject({ how: 'asked' });
    }
    clock.advance(1);
    expect(await ask()).toMatchObject({ how: 'asked' });
    expect(origin.requests).toHaveLength(5);
  });

  test('is as old as its question, however long the answer took', async () => {
    const gate = createGate();
    const { clock, ask } = scene(async () => {
      await gate.opened;
      return { status: 416 };
    });
    const asking = ask();
    await setImmediate();
    clock.advance(TTL - 1);
    gate.open();
    await asking;
    expect(await ask()).toMatchObject({ how: 'remembered' });
    clock.advance(1);
    expect(await ask()).toMatchObject({ how: 'asked' });
  });

  test('is not remembered when nothing is to be', async () => {
    const { ask } = scene(yes, 0);
    await ask();
    expect(await ask()).toMatchObject({ how: 'asked' });
  });

  test('is not remembered with a query, which may be what the policy looks at', async () => {
    const { ask } = scene(yes);
    const target = `/v2/images/${IMAGE}/file?prefer=x`;
    await ask({ target });
    expect(await ask({ target })).toMatchObject({ how: 'asked' });
    expect(await ask()).toMatchObject({ how: 'asked' });
  });

  test('is not taken from memory by a client that says no-cache, but is remembered anew', async () => {
    const { clock, ask } = scene(yes);
    await ask();
    clock.advance(TTL - 1);
    expect(await ask({ noCache: true })).toMatchObject({ how: 'asked' });
    clock.advance(TTL - 1);
    expect(await ask()).toMatchObject({ how: 'remembered' });
  });

  test('ends with every change of the image, also one during the question', async () => {
    const gate = createGate();
    const { epochs, ask } = scene(async (count) => {
      if (count === 1) await gate.opened;
      return { status: 416 };
    });
    await ask();
    await epochs.begin('One', [IMAGE]);
    const asking = ask();
    await setImmediate();
    await epochs.begin('One', [IMAGE]);
    gate.open();
    expect(await asking).toMatchObject({ how: 'asked' });
    expect(await ask()).toMatchObject({ how: 'asked' });
    await epochs.begin('One', [imageId(2)]);
    expect(await ask()).toMatchObject({ how: 'remembered' });
  });

  test.each([401, 403, 404, 500])(
    'ends with a %d that is given to the same caller',
    async (status) => {
      const { ask } = scene((count) => ({ status: count === 1 ? status : 416 }));
      await ask();
      await ask({ noCache: true });
      expect(await ask()).toMatchObject({ how: 'asked' });
    },
  );

  test.each(['here', 'by another process'])(
    'that is on its way is not remembered after a no that came in between, %s',
    async (where) => {
      const gate = createGate();
      const { ask, hear } = scene(async (count) => {
        if (count > 0) return { status: count === 1 && where === 'here' ? 401 : 416 };
        await gate.opened;
        return { status: 416 };
      });
      const asking = ask();
      await setImmediate();
      if (where === 'here') await ask();
      else hear(`One/${IMAGE}/${aCaller('a').digest}`);
      gate.open();
      expect(await asking).toMatchObject({ how: 'asked' });
      expect(await ask()).toMatchObject({ how: 'asked' });
      expect(await ask()).toMatchObject({ how: 'remembered' });
    },
  );
});
