// The line between the primary and one worker: what one tells the other, and what it asks and is
// answered. Both run the same program, so a message is what the types of its topic say.

/** A subject that messages are about. Its name is unique; `Reply` is `void` for what is only told. */
export interface Topic<Message, Reply = void> {
  readonly name: string;
  /** Never there: it holds the types. */
  readonly types?: (message: Message) => Reply;
}

export interface Channel {
  /** Sends without an answer. What can't be delivered any more is lost. */
  tell<Message>(topic: Topic<Message>, message: Message): void;
  /**
   * Asks the other process. Waits for as long as that process lives: whoever can't, sets a deadline.
   *
   * @throws PeerGone when the other process ended before it answered
   * @throws Error when the other process has no answer, with its own words
   */
  ask<Message, Reply>(topic: Topic<Message, Reply>, message: Message): Promise<Reply>;
  /** Takes what the other process tells and asks about the topic; one handler each. */
  on<Message, Reply>(
    topic: Topic<Message, Reply>,
    handler: (message: Message) => Reply | Promise<Reply>,
  ): void;
  /** Messages that have not left yet. What may be lost is better not told while they are many. */
  backlog(): number;
  /** Calls back when the other process has gone, at once if it already has. */
  onGone(listener: () => void): void;
}

/** One end of what carries the messages, copies of them: a process has it as its IPC channel. */
export interface Carrier {
  /** `sent` is called once, when the message has left or can't. */
  send(message: unknown, sent: () => void): void;
  onMessage(listener: (message: unknown) => void): void;
  onGone(listener: () => void): void;
}

/** The process at the other end has ended, or has closed the line. */
export class PeerGone extends Error {
  override readonly name = 'PeerGone';
}

type Parcel =
  | { readonly kind: 'tell'; readonly topic: string; readonly body: unknown }
  | { readonly kind: 'ask'; readonly topic: string; readonly body: unknown; readonly id: number }
  | { readonly kind: 'reply'; readonly id: number; readonly body: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly reason: string };

interface Waiting {
  resolve(reply: unknown): void;
  reject(cause: Error): void;
}

export function createChannel(carrier: Carrier): Channel {
  const handlers = new Map<string, (message: unknown) => unknown>();
  const waiting = new Map<number, Waiting>();
  const listeners = new Set<() => void>();
  let asked = 0;
  let unsent = 0;
  let gone = false;
  carrier.onMessage((message) => take(message as Parcel));
  carrier.onGone(end);

  return {
    tell: (topic, message) => send({ kind: 'tell', topic: topic.name, body: message }),
    ask<Message, Reply>(topic: Topic<Message, Reply>, message: Message): Promise<Reply> {
      return new Promise((resolve, reject) => {
        if (gone) return reject(goneWhile(topic.name));
        asked += 1;
        const id = asked;
        waiting.set(id, {
          resolve: (reply) => resolve(reply as Reply),
          reject: (cause) => reject(cause),
        });
        send({ kind: 'ask', topic: topic.name, body: message, id });
      });
    },
    on(topic, handler) {
      handlers.set(topic.name, handler as (message: unknown) => unknown);
    },
    backlog: () => unsent,
    onGone(listener) {
      if (gone) listener();
      else listeners.add(listener);
    },
  };

  function send(parcel: Parcel): void {
    if (gone) return;
    unsent += 1;
    carrier.send(parcel, () => {
      unsent -= 1;
    });
  }

  function take(parcel: Parcel): void {
    if (parcel.kind === 'tell') {
      // Whoever tells does not wait to hear that it went wrong.
      handle(parcel.topic, parcel.body).catch(() => undefined);
    } else if (parcel.kind === 'ask') {
      void answer(parcel.id, handle(parcel.topic, parcel.body));
    } else {
      const asker = waiting.get(parcel.id);
      waiting.delete(parcel.id);
      if (parcel.kind === 'reply') asker?.resolve(parcel.body);
      else asker?.reject(new Error(parcel.reason));
    }
  }

  async function handle(topic: string, body: unknown): Promise<unknown> {
    const handler = handlers.get(topic);
    if (!handler) throw new Error(`Nobody here knows of "${topic}".`);
    return handler(body);
  }

  async function answer(id: number, work: Promise<unknown>): Promise<void> {
    try {
      send({ kind: 'reply', id, body: await work });
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      send({ kind: 'failed', id, reason });
    }
  }

  function end(): void {
    if (gone) return;
    gone = true;
    for (const asker of waiting.values()) asker.reject(goneWhile('an answer'));
    waiting.clear();
    for (const listener of listeners) listener();
    listeners.clear();
  }
}

function goneWhile(awaited: string): PeerGone {
  return new PeerGone(`The other process has gone; nobody answers about ${awaited}.`);
}
