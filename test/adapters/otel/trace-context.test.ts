// `traceparent`, `tracestate` and `baggage` in and out: joined where they are repeated, and bounded.
import { expect, test } from 'vitest';
import {
  callerTrace,
  traceContext,
  traceHeaders,
} from '../../../src/adapters/otel/trace-context.ts';
import type { HeaderList } from '../../../src/core/headers.ts';
import { parseTraceparent } from '../../../src/core/traceparent.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const PARENT = ['traceparent', `00-${TRACE}-${SPAN}-01`] as const;

/** What goes on of what came in, besides the traceparent. */
function passedOn(...headers: HeaderList): HeaderList {
  const { parent, baggage } = callerTrace([PARENT, ...headers]);
  if (parent === null) throw new Error('the parent was not believed');
  const [traceparent, ...others] = traceHeaders(traceContext(parent, baggage));
  expect(traceparent).toEqual(PARENT);
  return others;
}

test('several headers of one name go on as one', () => {
  expect(
    passedOn(
      ['tracestate', 'rojo=1'],
      ['baggage', 'a=1'],
      ['TraceState', 'congo=2,third=3'],
      ['Baggage', 'b=2;p=x,c=3'],
    ),
  ).toEqual([
    ['tracestate', 'rojo=1,congo=2,third=3'],
    ['baggage', 'a=1,b=2;p=x,c=3'],
  ]);
});

test('as much as the standards ask for goes on, and no more', () => {
  const members = Array.from({ length: 32 }, (_, at) => `k${at}=v`).join(',');
  const baggage = `a=${'b'.repeat(8190)}`;
  expect(passedOn(['tracestate', members], ['baggage', baggage])).toEqual([
    ['tracestate', members],
    ['baggage', baggage],
  ]);
  expect(passedOn(['tracestate', `k=${'v'.repeat(600)}`], ['baggage', `${baggage}b`])).toEqual([]);
  expect(passedOn(['baggage', baggage], ['baggage', 'more=1'])).toEqual([]);
});

test('baggage goes on without a trace; a tracestate does not', () => {
  const told = callerTrace([
    ['baggage', 'a=1'],
    ['tracestate', 'rojo=1'],
  ]);
  expect(told).toEqual({ parent: null, baggage: 'a=1' });
});

test.each([
  PARENT[1],
  `01-${TRACE}-${SPAN}-01-of-a-later-version`,
  `00-${TRACE}-${SPAN}-01-more`,
  `ff-${TRACE}-${SPAN}-01`,
  `00-${'0'.repeat(32)}-${SPAN}-01`,
  `00-${TRACE}-${'0'.repeat(16)}-00`,
  `00-${TRACE.toUpperCase()}-${SPAN}-01`,
  'nonsense',
])("OpenTelemetry's reading is ours: %s", (text) => {
  const parent = callerTrace([['traceparent', text]]).parent;
  const ours = parseTraceparent(text);
  expect(parent?.traceId).toBe(ours?.traceId);
  expect(parent?.spanId).toBe(ours?.spanId);
});
