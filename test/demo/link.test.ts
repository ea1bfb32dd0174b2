// The artificial WAN, on a clock that the test turns.
import { expect, test } from 'vitest';
import { createLink } from '../../src/demo/origin/link.ts';

/** A clock whose timers fire as soon as they are set, and move it to when they are due. */
function steppedTime() {
  let now = 0;
  return {
    clock: { now: () => now },
    timers: {
      after: (ms: number, work: () => void) => {
        now += ms;
        work();
        return () => undefined;
      },
    },
  };
}

test('bytes take as long as the speed says', async () => {
  const time = steppedTime();
  const link = createLink({ bytesPerSecond: 1000, ...time });
  for (let sent = 0; sent < 5; sent += 1) await link.carry(1000);
  expect(time.clock.now()).toBe(5000);
});

test('those who send together share the speed', async () => {
  const time = steppedTime();
  const link = createLink({ bytesPerSecond: 1000, ...time });
  await Promise.all([link.carry(500), link.carry(500)]);
  expect(time.clock.now()).toBe(1000);
});

test('an answer waits for the delay before its first byte', async () => {
  const time = steppedTime();
  await createLink({ bytesPerSecond: 1000, delayMs: 30, ...time }).delay();
  expect(time.clock.now()).toBe(30);
});
