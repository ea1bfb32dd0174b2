// Memory that is read into again: only when nobody looks at what was read before.
import { createHash } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { createReadMemory, type ReadMemory } from '../../../src/adapters/origin/read-memory.ts';
import { createUndiciWire } from '../../../src/adapters/origin/undici-wire.ts';
import { patternBytes } from '../../contract/tier-harness.ts';
import { startScriptedOrigin } from '../../support/scripted-origin.ts';
import { aCall, answered, aRequest } from '../../support/wire-calls.ts';

const FULL = 64 * 1024;
const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(cleanups.splice(0).map((cleanup) => cleanup()));
});

/** What a socket makes of a read of so many bytes. */
function read(memory: ReadMemory, length: number, into = memory.onread.buffer()): Uint8Array {
  const pushed: Uint8Array[] = [];
  const socket = { push: (bytes: Uint8Array) => pushed.push(bytes) > 0 };
  memory.onread.callback.call(socket, length, into);
  const [bytes] = pushed;
  if (!bytes) throw new Error('nothing was pushed');
  return bytes;
}

/** Two parts of a read, handed out. */
function halves(memory: ReadMemory, whole: Uint8Array): [Uint8Array, Uint8Array] {
  const parts: [Uint8Array, Uint8Array] = [whole.subarray(0, 1000), whole.subarray(1000)];
  for (const part of parts) memory.handOut(part);
  return parts;
}

test('memory comes again when all parts of what was read into it are released, each once', () => {
  const memory = createReadMemory();
  const first = read(memory, FULL);
  const [one, other] = halves(memory, first);
  memory.release(other);
  memory.release(other);
  const second = read(memory, FULL);
  expect(second.buffer).not.toBe(first.buffer);
  memory.release(one);
  expect(read(memory, FULL).buffer).toBe(first.buffer);
  memory.release(one);
  expect(read(memory, FULL).buffer).not.toBe(first.buffer);
});

test('memory with a head in front of a body comes again when the body is released', () => {
  const memory = createReadMemory();
  const whole = read(memory, FULL);
  const body = whole.subarray(200);
  memory.handOut(body);
  expect(read(memory, FULL).buffer).not.toBe(whole.buffer);
  memory.release(body);
  expect(read(memory, FULL).buffer).toBe(whole.buffer);
});

test('memory of which the end was not handed out does not come again', () => {
  const memory = createReadMemory();
  const whole = read(memory, FULL);
  const [first, rest] = [whole.subarray(200, 900), whole.subarray(900, FULL - 7)];
  for (const piece of [first, rest]) {
    memory.handOut(piece);
    memory.release(piece);
  }
  expect(read(memory, FULL).buffer).not.toBe(whole.buffer);
});

test('a small read is a copy, whose memory is read into again at once', () => {
  const memory = createReadMemory();
  const into = memory.onread.buffer().fill(7);
  const small = read(memory, 10, into);
  expect(memory.onread.buffer()).toBe(into);
  into.fill(8);
  expect([...small]).toEqual(Array.from({ length: 10 }, () => 7));
});

test('no two sockets read into the same memory', () => {
  const { onread } = createReadMemory();
  expect(onread.buffer().buffer).not.toBe(onread.buffer().buffer);
});

test('a body whose pieces are released as they come is its bytes', async () => {
  const data = patternBytes(8 * 1024 * 1024, 7);
  const origin = await startScriptedOrigin(async (peer) => {
    await peer.head();
    await peer.say(`HTTP/1.1 200 OK\r\nContent-Length: ${data.length}\r\n\r\n`);
    await peer.say(data);
  });
  cleanups.push(() => origin.close());
  const limits = { connectMs: 60_000, answerMs: 60_000, uploadMs: 60_000, stallMs: 60_000 };
  const wire = createUndiciWire({ ...limits, connections: 1, cas: {} });
  cleanups.push(() => wire.close());
  const { body } = answered(await wire.send(aCall(), aRequest(origin.url)));
  const hash = createHash('sha256');
  for (let piece = await body.read(); piece !== null; piece = await body.read()) {
    hash.update(piece);
    wire.release(piece);
  }
  expect(hash.digest('hex')).toBe(createHash('sha256').update(data).digest('hex'));
});
