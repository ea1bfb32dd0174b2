// What becomes of an answer's body when the answer can't be written, or can't have one.
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { AnswerSink } from '../../src/http/answer-sink.ts';
import type { CallRecord } from '../../src/http/call-record.ts';
import { writeResponse } from '../../src/http/write-response.ts';
import { type AnswerBody, nothingTold } from '../../src/serve/exchange.ts';
import { NO_SPAN } from '../cache/world/calls.ts';

const RECORD: CallRecord = {
  span: { context: NO_SPAN, set() {}, event() {}, link() {}, fail() {}, end() {} },
  answering() {},
  sent() {},
  received() {},
  failed() {},
  end() {},
};

test('a body whose headers no answer can hold is let go of', () => {
  let cancelled = 0;
  const body = {
    read: async () => null,
    cancel: () => {
      cancelled += 1;
    },
    sent: () => undefined,
  };
  const answer = { status: 200, headers: [['Content-Md5', 'two\nlines'] as const], body };
  const recipient = { method: 'GET', sink: undefined };
  expect(() => writeResponse(answer, nothingTold(), RECORD, recipient)).toThrow(TypeError);
  expect(cancelled).toBe(1);
});

test('an answer that resets content announces none, whatever the origin has sent', () => {
  const headers = [['Content-Length', '5'] as const];
  const answer = { status: 205, headers, body: new Uint8Array(5) };
  const recipient = { method: 'GET', sink: undefined };
  const response = writeResponse(answer, nothingTold(), RECORD, recipient);
  expect(response.headers.get('content-length')).toBe('0');
  expect(response.body).toBeNull();
});

test.each([
  ['has left, its memory is given back', true, ['complete', 1]],
  ['has not left, whoever still sends it may look at it', false, ['client-gone', 0]],
])('when a body in one piece %s', async (_, left, expected) => {
  const sent: Uint8Array[] = [];
  let released = 0;
  let ended: string | null = null;
  const whole = Uint8Array.of(1, 2, 3);
  const body: AnswerBody = {
    whole,
    read: () => Promise.reject(new Error('It is at hand.')),
    cancel() {},
    sent: () => {
      released += 1;
    },
  };
  const sink: AnswerSink = {
    send(_status, _headers, bytes) {
      sent.push(bytes);
      return Promise.resolve(left);
    },
    begin: never,
    write: never,
    end: never,
    cutOff: never,
    onGone: never,
    standIn: new Response(null),
  };
  const record: CallRecord = {
    ...RECORD,
    end: (how) => {
      ended = how;
    },
  };
  const answer = { status: 206, headers: [['Content-Length', '3'] as const], body };
  const recipient = { method: 'GET', sink };
  expect(writeResponse(answer, nothingTold(), record, recipient)).toBe(sink.standIn);
  expect(released).toBe(0);
  await setImmediate();
  expect(sent).toEqual([whole]);
  expect([ended, released]).toEqual(expected);
});

function never(): never {
  throw new Error('It is sent at once.');
}
