// A long list as JSON, written down while it is read.
import { expect, test } from 'vitest';
import { jsonInPieces } from '../../src/http/admin/json-pieces.ts';

test.each([
  ['nothing', [], []],
  ['one piece', ['1,2'], [1, 2]],
  ['several pieces', ['1,2', '{"a":3}', '[]'], [1, 2, { a: 3 }, []]],
])('%s', async (_, pieces, items) => {
  const body = jsonInPieces('data', each(pieces), { total: items.length, errors: null });
  const told: unknown = await new Response(body).json();
  expect(told).toEqual({ data: items, total: items.length, errors: null });
});

test('nothing is made ahead of its reader, nor after he has left', async () => {
  let made = 0;
  let ended = false;
  async function* numbers(): AsyncIterable<string> {
    try {
      for (; made < 100; made += 1) yield String(made);
    } finally {
      ended = true;
    }
  }
  const reader = jsonInPieces('data', numbers(), { total: 100 }).getReader();
  expect(made).toBe(0);
  await reader.read();
  await reader.read();
  await reader.cancel();
  expect({ made, ended }).toEqual({ made: 1, ended: true });
});

async function* each(pieces: readonly string[]): AsyncIterable<string> {
  yield* pieces;
}
