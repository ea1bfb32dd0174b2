// The contract of a wire, held against real sockets. An implementation lists what its runtime keeps
// it from, with the reason.
import { afterEach, beforeEach, describe, it } from 'vitest';
import type { Timers } from '../../src/ports/runtime.ts';
import type { Wire } from '../../src/ports/wire.ts';
import { createManualTimers } from '../support/manual-timers.ts';
import { startScriptedOrigin } from '../support/scripted-origin.ts';
import { describeAnswers } from './wire/answers.ts';
import { describeCuts } from './wire/cuts.ts';
import { describePatience } from './wire/patience.ts';
import { describeRequests } from './wire/requests.ts';
import { DEADLINE_MS, type Scene } from './wire/scene.ts';
import { describeUploads } from './wire/uploads.ts';

export interface WireUnderTest {
  /** A wire whose deadlines, in the given timers, are all `deadlineMs`. */
  readonly create: (
    timers: Timers,
    deadlineMs: number,
  ) => { readonly wire: Wire; readonly close: () => Promise<void> };
  /** Test names with the reason why the runtime cannot do it. */
  readonly exceptions: Readonly<Record<string, string>>;
}

export function describeWire(name: string, { create, exceptions }: WireUnderTest): void {
  describe(name, () => {
    let scene: Scene;
    let cleanups: (() => Promise<void>)[];

    beforeEach(() => {
      const timers = createManualTimers();
      const { wire, close } = create(timers, DEADLINE_MS);
      cleanups = [close];
      scene = {
        wire,
        timers,
        async origin(script) {
          const started = await startScriptedOrigin(script);
          cleanups.push(() => started.close());
          return started;
        },
      };
    });
    afterEach(async () => {
      await Promise.all(cleanups.map((cleanup) => cleanup()));
    });

    function test(title: string, run: (scene: Scene) => Promise<void>): void {
      const reason = exceptions[title];
      if (reason === undefined) it(title, () => run(scene));
      else it.skip(`${title} (${reason})`, () => {});
    }

    describeRequests(test);
    describeAnswers(test);
    describeUploads(test);
    describeCuts(test);
    describePatience(test);
  });
}
