// What becomes of an answer's body when the answer can't be written.
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
