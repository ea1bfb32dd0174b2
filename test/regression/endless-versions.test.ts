// A version document that is too long to be led to the gateway is a failure, not an empty one.
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RunningGateway } from '../../src/entry/node.ts';
import { createTroubleOrigin, type TroubleOrigin } from '../support/trouble-origin.ts';
import { openEdge } from './edge.ts';

let origin: TroubleOrigin;
let edge: RunningGateway;

beforeEach(async () => {
  origin = await createTroubleOrigin();
  edge = await openEdge(origin.url);
});

afterEach(async () => {
  await edge.close();
  await origin.close();
});

it('is refused', async () => {
  const body = 'x'.repeat(2 * 1024 * 1024);
  origin.trouble({ on: () => true, trouble: { kind: 'answer', status: 300, body } });
  expect((await fetch(`${edge.apiUrl}/`)).status).toBe(503);
});
