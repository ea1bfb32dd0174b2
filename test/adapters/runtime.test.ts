// What the runtimes lend.
import { describe, expect, it } from 'vitest';
import {
  createBackground,
  randomIds,
  systemClock,
  systemTimers,
} from '../../src/adapters/node/runtime.ts';
import {
  createPlainBackground,
  plainClock,
  plainIds,
  plainTimers,
} from '../../src/adapters/plain-runtime.ts';

describe.each([
  ['Node', systemClock, systemTimers, randomIds],
  ['Workers', plainClock, plainTimers, plainIds],
] as const)('the runtime of %s', (_, clock, timers, ids) => {
  it('tells the time in epoch milliseconds', () => {
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(60_000);
  });

  it('runs work later, unless that was cancelled', async () => {
    const done: string[] = [];
    const cancel = timers.after(0, () => done.push('cancelled'));
    cancel();
    await new Promise<void>((resolve) => {
      timers.after(0, () => {
        done.push('first');
        resolve();
      });
      timers.after(2 ** 40, () => done.push('in some decades'));
    });
    expect(done).toEqual(['first']);
  });

  it('gives out no name twice', () => {
    const names = Array.from({ length: 100 }, () => ids.uuid());
    expect(new Set(names).size).toBe(100);
    expect(names[0]).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });
});

describe('background work', () => {
  it('is drained with all that it starts, and its failures are told', async () => {
    const errors: unknown[] = [];
    const background = createBackground({ onError: (cause) => errors.push(cause) });
    const done: string[] = [];
    const first = Promise.withResolvers<void>();
    background.keep(
      first.promise.then(() => {
        done.push('first');
        background.keep(Promise.resolve().then(() => done.push('second')));
      }),
    );
    background.keep(Promise.reject(new Error('broken')));
    const drained = background.drain();
    first.resolve();
    await drained;
    expect(done).toEqual(['first', 'second']);
    expect(errors).toEqual([new Error('broken')]);
  });

  it('on Workers is what the runtime waits for', async () => {
    const errors: unknown[] = [];
    const awaited: Promise<unknown>[] = [];
    const background = createPlainBackground({
      onError: (cause) => errors.push(cause),
      waitUntil: (work) => awaited.push(work),
    });
    background.keep(Promise.reject(new Error('broken')));
    await Promise.all(awaited);
    expect([awaited.length, errors]).toEqual([1, [new Error('broken')]]);
  });
});
