// What a command that asks a running gateway works with, and how it ends.
import type { Timers } from '../../ports/runtime.ts';
import type { AdminAnswer, AdminClient } from './admin-client.ts';
import type { Paper } from './paper.ts';

export interface Session {
  readonly client: AdminClient;
  readonly paper: Paper;
  readonly timers: Timers;
  /** The operator leaves. */
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
  /** For people, beside the output. */
  readonly note: (line: string) => void;
}

/** How a command ended, and what the operator should know of it. */
export type CommandEnd =
  | { readonly kind: 'done' }
  /** No gateway, or nothing to show. */
  | { readonly kind: 'failed'; readonly message: string }
  /** The gateway did not take what the operator wrote. */
  | { readonly kind: 'refused'; readonly message: string };

/** What was asked for did not come. */
export function failure(
  { client }: Session,
  answer: Exclude<AdminAnswer<never>, { readonly kind: 'answer' }>,
): CommandEnd {
  const { message } = answer;
  if (answer.kind === 'refused' && answer.status === 400) return { kind: 'refused', message };
  const what = answer.kind === 'refused' ? 'refused' : 'can not be reached';
  return nothing(`The admin face at ${client.url} ${what}: ${message}`);
}

/** What came is no answer of a gateway. */
export function stranger({ client }: Session): CommandEnd {
  return nothing(`What answers at ${client.url} is not the admin face of a gateway.`);
}

/** There is nothing to show, and why. */
export function nothing(message: string): CommandEnd {
  return { kind: 'failed', message };
}
