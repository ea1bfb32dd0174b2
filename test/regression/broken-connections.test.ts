// How connections end that are of no more use: no byte of the gateway's own gets into an answer, and
// none ends in good order that is not whole.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { RunningGateway } from '../../src/entry/node.ts';
import { createGate } from '../support/gate.ts';
import { createTroubleOrigin, OWNER, type TroubleOrigin } from '../support/trouble-origin.ts';
import { openEdge } from './edge.ts';
import { callRaw } from './raw-call.ts';

const SCHEMA = 'GET /v2/schemas/image';
const HEAD = `Host: edge.example\r\nX-Auth-Token: ${OWNER}\r\n`;

let origin: TroubleOrigin;
let edge: RunningGateway;

beforeEach(async () => {
  origin = await createTroubleOrigin();
});

afterEach(async () => {
  await edge.close();
  await origin.close();
});

it('writes no refusal into an answer that is on its way', async () => {
  edge = await openEdge(origin.url);
  const gate = createGate();
  origin.trouble({ on: () => true, trouble: { kind: 'stall', at: 10, until: gate.opened } });
  const call = callRaw(edge.apiUrl, `${SCHEMA} HTTP/1.1\r\n${HEAD}\r\n`);
  await call.until('\r\n\r\n{');
  call.send('\u0001\u0002 this is not HTTP\r\n\r\n');
  await call.ended;
  gate.open();
  expect(call.text).not.toContain('400 Bad Request');
});

it('resets the connection of a client that knows the end of a body only by its end', async () => {
  edge = await openEdge(origin.url);
  const told = vi.spyOn(console, 'error');
  origin.trouble({ on: () => true, trouble: { kind: 'unframed', framing: 'chunked' } });
  origin.trouble({ on: () => true, trouble: { kind: 'cut', at: 10, how: 'reset' } });
  const call = callRaw(edge.apiUrl, `${SCHEMA} HTTP/1.0\r\n${HEAD}\r\n`);
  expect(await call.ended).toBe('ECONNRESET');
  // The call log has it; a stack trace beside the log tells nobody anything.
  expect(told).not.toHaveBeenCalled();
  told.mockRestore();
});

it('gives an upload that expects 100 Continue as much time as any', async () => {
  edge = await openEdge(origin.url, { timeouts: { idle: '200ms', drain: '0s' } });
  const gate = createGate();
  const hold = { kind: 'hold', what: 'request', until: gate.opened } as const;
  const held = origin.trouble({ on: ({ method }) => method === 'PUT', trouble: hold });
  const lines = `${HEAD}Expect: 100-continue\r\nContent-Length: 3\r\nConnection: close\r\n`;
  const id = '7d2e2a3c-8b6a-4c0e-9a57-0c5f3a0f5a01';
  const call = callRaw(edge.apiUrl, `PUT /v2/images/${id}/tags/a HTTP/1.1\r\n${lines}\r\n`);
  await call.until('100 Continue');
  call.send('abc');
  // Another connection, begun later and idle as long, has its time run out first or with it.
  const idle = callRaw(edge.apiUrl, '');
  await idle.ended;
  const later = callRaw(edge.apiUrl, '');
  await later.ended;
  expect(held.hits).toBe(1);
  gate.open();
  await call.ended;
  expect(call.text).toContain('HTTP/1.1 404');
});

it('answers what makes no URL, and a client without a Host on an address of IPv6', async () => {
  edge = await openEdge(origin.url, { listen: '[::1]:0' });
  const star = callRaw(edge.apiUrl, `OPTIONS * HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`);
  await star.ended;
  expect(star.text).toMatch(/^HTTP\/1.1 400 /);
  expect(star.text).toContain('bad-uri');
  const old = callRaw(edge.apiUrl, `${SCHEMA} HTTP/1.0\r\nX-Auth-Token: ${OWNER}\r\n\r\n`);
  await old.ended;
  expect(old.text).toMatch(/^HTTP\/1.1 200 /);
});
