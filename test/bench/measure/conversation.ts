// Questions and answers between the benchmark and its children, over IPC: one at a time.
import type { ChildProcess } from 'node:child_process';

export type Reply<T> =
  | { readonly kind: 'answer'; readonly value: T }
  | { readonly kind: 'failed'; readonly message: string };

/** The child's next message. Rejects when it says that it failed, or ends without a word. */
export function nextMessage<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const heard = (message: unknown): void => {
      leave();
      const reply = message as Reply<T>;
      if (reply.kind === 'answer') resolve(reply.value);
      else reject(new Error(reply.message));
    };
    const ended = (code: number | null): void => {
      leave();
      reject(new Error(`a process of the benchmark ended early (${code})`));
    };
    const leave = (): void => {
      child.off('message', heard);
      child.off('exit', ended);
    };
    child.on('message', heard);
    child.on('exit', ended);
  });
}

export function ask<T>(child: ChildProcess, question: object): Promise<T> {
  const answer = nextMessage<T>(child);
  child.send(question);
  return answer;
}

/** In a child: answers every message by `work`; ends with its parent. */
export function answerParent<Q>(work: (question: Q) => Promise<unknown>): void {
  process.on('message', (question) => {
    work(question as Q).then(tellParent, (thrown: unknown) => {
      const message = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
      process.send?.({ kind: 'failed', message });
    });
  });
  process.on('disconnect', () => process.exit(0));
}

/** In a child: says something that the parent waits for. */
export function tellParent(value: unknown): void {
  process.send?.({ kind: 'answer', value });
}
