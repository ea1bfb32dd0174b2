// A worker's line to the others, through the primary: leases, news, and the faces of those that fetch.
import type { Lease, News, Siblings } from '../../ports/siblings.ts';
import type { Channel } from './channel.ts';
import { GIVE_BACK, HOLDER, TAKE } from './lease-desk.ts';
import { NEWS } from './news-desk.ts';
import type { SiblingFaces } from './sibling-faces.ts';

/** To be made before the worker asks for its start: from then on it is told the news. */
export function createSiblings(channel: Channel, self: () => SelfKnown): Siblings {
  let listener: (news: News) => void = () => {};
  channel.on(NEWS, (news) => listener(news));

  return {
    async take(key): Promise<Lease> {
      const holder = await channel.ask(TAKE, key);
      const { worker, faces } = self();
      if (holder !== worker) return { kind: 'theirs', face: faces.of(holder) };
      return { kind: 'ours', lookAgain: true, end: () => channel.tell(GIVE_BACK, key) };
    },
    async holder(key) {
      const holder = await channel.ask(HOLDER, key);
      const { worker, faces } = self();
      return holder === null || holder === worker ? null : faces.of(holder);
    },
    announce: (news) => channel.ask(NEWS, news),
    hear(heard) {
      listener = heard;
    },
  };
}

export interface SelfKnown {
  readonly worker: number;
  readonly faces: SiblingFaces;
}
