// What becomes of an answer's body when the answer can't be written, or can't have one.
import { expect, test } from 'vitest';
import type { CallRecord } from '../../src/http/call-record.ts';
import { writeResponse } from '../../src/http/write-response.ts';
import { nothingTold } from '../../src/serve/exchange.ts';
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
