// What siblings ask of this process, in the traces of the clients for whom they ask.
import { expect, test } from 'vitest';
import type { HeaderList } from '../../src/core/headers.ts';
import { createOsprofilerBridge } from '../../src/observe/osprofiler-bridge.ts';
import { tracingOfSiblings } from '../../src/observe/traced-siblings.ts';
import { tracingIntoList } from '../adapters/otel/finished-spans.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';

/** Of all that callers want sampled nothing is. */
function open(keys: readonly string[]) {
  const { tracing, finished } = tracingIntoList(false);
  const bridge = createOsprofilerBridge({
    keys,
    hmac: () => '',
    counters: { count: () => undefined },
  });
  return { tracing: tracingOfSiblings(bridge.tracing(tracing)), finished };
}

test.each([
  ['01', []],
  ['01', ['key']],
  ['00', []],
  ['00', ['key']],
])('the flag %s of a sibling is a decision, not a wish, with keys %j', (flag, keys) => {
  const headers: HeaderList = [['traceparent', `00-${TRACE}-b7ad6b7169203331-${flag}`]];
  const span = open(keys).tracing.server('GET', headers, {});
  expect(span.context).toMatchObject({ traceId: TRACE, sampled: flag === '01' });
});

test('its calls say that they are none of a client', () => {
  const { tracing, finished } = open([]);
  const headers: HeaderList = [['traceparent', `00-${TRACE}-b7ad6b7169203331-01`]];
  tracing.server('GET', headers, { 'http.request.method': 'GET' }).end();
  expect(finished.getFinishedSpans()[0]?.attributes).toEqual({
    'http.request.method': 'GET',
    'glance_edge.sibling': true,
  });
});
