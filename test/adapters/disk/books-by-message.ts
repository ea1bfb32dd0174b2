// A stand-in for the books as another process has one: every call and every answer travels as a
// message, later and by value, and nothing is known without asking.
import { setImmediate } from 'node:timers/promises';
import type { Books } from '../../../src/adapters/disk/books.ts';

export function booksByMessage(desk: Books): Books {
  return {
    look: () => ({ kind: 'unknown' }),
    reserve: (...asked) => carried(asked, (told) => desk.reserve(...told)),
    publish: (...asked) => carried(asked, (told) => desk.publish(...told)),
    abandon: (...asked) => carried(asked, (told) => desk.abandon(...told)),
    noteUse: (...asked) => void carried(asked, async (told) => desk.noteUse(...told)),
    remove: (...asked) => carried(asked, (told) => desk.remove(...told)),
    async removeUnless(name, isFit) {
      if (await isFit()) return;
      await carried([name], ([told]) => desk.removeUnless(told, async () => false));
    },
    clear: () => carried([], () => desk.clear()),
    usage: () => structuredClone(desk.usage()),
  };
}

async function carried<Asked extends unknown[], Answer>(
  asked: [...Asked],
  answer: (told: [...Asked]) => Promise<Answer>,
): Promise<Answer> {
  const told = structuredClone(asked);
  await setImmediate();
  const answered = await answer(told);
  await setImmediate();
  return structuredClone(answered);
}
