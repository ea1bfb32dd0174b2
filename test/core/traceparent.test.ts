// W3C Trace Context: which `traceparent` names a trace.
import { expect, test } from 'vitest';
import { formatTraceparent, parseTraceparent } from '../../src/core/traceparent.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const PARENT = { traceId: TRACE, spanId: SPAN, sampled: true };

test.each([
  [`00-${TRACE}-${SPAN}-01`, PARENT],
  [` 00-${TRACE}-${SPAN}-01 `, PARENT],
  [`00-${TRACE}-${SPAN}-00`, { ...PARENT, sampled: false }],
  [`00-${TRACE}-${SPAN}-fe`, { ...PARENT, sampled: false }],
  [`01-${TRACE}-${SPAN}-01-of-a-later-version`, PARENT],
])('%s', (text, parent) => {
  expect(parseTraceparent(text)).toEqual(parent);
});

test.each([
  '',
  `00-${TRACE}-${SPAN}`,
  `00-${TRACE}-${SPAN}-01-more`,
  `01-${TRACE}-${SPAN}-01more`,
  `ff-${TRACE}-${SPAN}-01`,
  `00-${'0'.repeat(32)}-${SPAN}-01`,
  `00-${TRACE}-${'0'.repeat(16)}-01`,
  `00-${TRACE.toUpperCase()}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`,
])('nothing: %s', (text) => {
  expect(parseTraceparent(text)).toBeNull();
});

test('written as it is read', () => {
  for (const sampled of [true, false]) {
    const parent = { ...PARENT, sampled };
    expect(parseTraceparent(formatTraceparent(parent))).toEqual(parent);
  }
});
