// Waits for a server to come up: it says so by answering.
import { setTimeout } from 'node:timers/promises';

const PATIENCE_MS = 15_000;

/** Resolves at the first answer, whatever it is; rejects after 15 seconds without one. */
export async function untilAnswers(url: string, output: () => string): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      await (await fetch(url)).body?.cancel();
      return;
    } catch (cause) {
      if (Date.now() > until) throw new Error(`nothing answers: ${output()}`, { cause });
      await setTimeout(50);
    }
  }
}
