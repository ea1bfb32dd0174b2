// Which traces are asked for: every filter read strictly, before the store is asked.
import { expect, test } from 'vitest';
import { get, SUMMARY, storeOf, TRACE_ID } from './admin-stage.ts';

test('every filter of the trace list reaches the store', async () => {
  const { store, asked } = storeOf([]);
  const query =
    'limit=7&region=RegionTwo&image=abc&min_ms=12.5&status=404&route=%2Fv2%2Fimages&outcome=uri-miss&q=REQ-1';
  const response = await get(`/api/traces?${query}`, { traces: store });
  expect(await response.json()).toEqual({ traces: [] });
  const names = { region: 'RegionTwo', image: 'abc', route: '/v2/images', text: 'REQ-1' };
  expect(asked).toEqual([{ limit: 7, minMs: 12.5, status: 404, outcome: 'uri-miss', ...names }]);
});

test('50 traces are listed when no limit is given, and empty filters filter nothing', async () => {
  const { store, asked } = storeOf([SUMMARY]);
  const response = await get('/api/traces?region=&min_ms=', { traces: store });
  expect(await response.json()).toEqual({ traces: [SUMMARY] });
  expect(asked).toEqual([{ limit: 50 }]);
});

test.each([
  ['limit', '0'],
  ['limit', '1001'],
  ['limit', '1e2'],
  ['limit', '-1'],
  ['limit', 'many'],
  ['min_ms', '-1'],
  ['min_ms', 'NaN'],
  ['status', '99'],
  ['status', '600'],
  ['status', '2xx'],
  ['outcome', 'HIT'],
  ['outcome', 'toString'],
  ['q', '%0a'],
  ['q', 'a'.repeat(256)],
  ['region', '%00'],
  ['image', 'a'.repeat(256)],
  ['route', 'a&route=b'],
  ['reigon', 'RegionOne'],
  ['__proto__', 'a'],
])('the parameter %s=%s is refused by its name', async (parameter, value) => {
  const response = await get(`/api/traces?${parameter}=${value}`);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    parameter,
    error: expect.stringContaining(parameter),
  });
});

test('a held trace comes with its spans, any other id is a JSON 404', async () => {
  const { store } = storeOf([SUMMARY]);
  const held = await get(`/api/traces/${TRACE_ID.toUpperCase()}`, { traces: store });
  expect(await held.json()).toEqual({ ...SUMMARY, tree: [] });
  for (const id of ['f'.repeat(32), 'nonsense', '%2e%2e']) {
    const response = await get(`/api/traces/${id}`, { traces: store });
    expect(response.status).toBe(404);
    expect(await response.json()).toHaveProperty('error');
  }
});

test.each(['hit', 'collapsed', 'error', 'none', 'bypass', 'method', 'partial', 'stale', 'request'])(
  'the outcome %s can be asked for',
  async (outcome) => {
    const { store, asked } = storeOf([]);
    await get(`/api/traces?outcome=${outcome}`, { traces: store });
    expect(asked).toEqual([{ limit: 50, outcome }]);
  },
);
