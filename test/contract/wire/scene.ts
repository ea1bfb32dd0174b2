// What every test of a wire finds ready, and the short scripts that origins follow.
import type { Wire } from '../../../src/ports/wire.ts';
import type { ManualTimers } from '../../support/manual-timers.ts';
import type { Peer, ScriptedOrigin } from '../../support/scripted-origin.ts';

export const DEADLINE_MS = 1_000;
export const MiB: number = 1024 * 1024;

/** What a test finds ready; all of it is closed afterwards. */
export interface Scene {
  readonly wire: Wire;
  readonly timers: ManualTimers;
  readonly origin: (script: (peer: Peer) => Promise<void> | void) => Promise<ScriptedOrigin>;
}

/** Declares a test, or its exception. */
export type Test = (title: string, run: (scene: Scene) => Promise<void>) => void;

export async function answerWith(peer: Peer, bytes: string): Promise<void> {
  await peer.head();
  await peer.say(bytes);
}

export async function answerThenEnd(peer: Peer, bytes: string): Promise<void> {
  await answerWith(peer, bytes);
  peer.end();
}

export function answerEmpty(peer: Peer): Promise<void> {
  return answerWith(peer, 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
}

export async function answerAfter(peer: Peer, last: string): Promise<void> {
  await peer.until((bytes) => bytes.endsWith(last));
  await peer.say('HTTP/1.1 204 No Content\r\n\r\n');
}

/** The first value that is there, looked for in every turn of the event loop. */
export async function until<T>(read: () => T | undefined): Promise<T> {
  for (;;) {
    const found = read();
    if (found !== undefined) return found;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
