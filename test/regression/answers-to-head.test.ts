// The answer to HEAD has no body that anybody could read to its end: the call ends without.
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RunningGateway } from '../../src/entry/node.ts';
import { createTroubleOrigin, OWNER, type TroubleOrigin } from '../support/trouble-origin.ts';
import { openEdge } from './edge.ts';

let origin: TroubleOrigin;
let edge: RunningGateway;

beforeEach(async () => {
  origin = await createTroubleOrigin();
  edge = await openEdge(origin.url, { limits: { calls: 2 } });
});

afterEach(async () => {
  await edge.close();
  await origin.close();
});

it('ends the call', async () => {
  const { id } = await origin.seed({ size: 10 });
  const trouble = { kind: 'answer', status: 405, headers: { 'Content-Length': '9' } } as const;
  origin.trouble({ on: ({ method }) => method === 'HEAD', trouble });
  const headers = { 'X-Auth-Token': OWNER };
  const url = `${edge.apiUrl}/v2/images/${id}`;
  for (let times = 0; times < 4; times += 1) {
    expect((await fetch(url, { method: 'HEAD', headers })).status).toBe(405);
  }
  expect((await fetch(url, { headers })).status).toBe(200);
});
