// A record may claim any size, as that of an image whose location is a web server: the gateway must
// not make its own bookkeeping that large.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { openEdge } from './edge.ts';

const ID = '7d2e2a3c-8b6a-4c0e-9a57-0c5f3a0f5a01';
const HASH = 'ab'.repeat(64);

it('relays an image of petabytes', async () => {
  const size = Number.MAX_SAFE_INTEGER;
  const origin = createServer((request, answer) => {
    if (!request.url?.endsWith('/file')) {
      const hashes = { os_hash_algo: 'sha512', os_hash_value: HASH };
      return void answer.end(JSON.stringify({ id: ID, status: 'active', size, ...hashes }));
    }
    if (request.headers.range?.startsWith('bytes=9007')) return void answer.writeHead(416).end();
    return void answer.writeHead(200, { 'Content-Length': '4' }).end('data');
  });
  await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
  const { port } = origin.address() as AddressInfo;
  const edge = await openEdge(`http://127.0.0.1:${port}`);
  const answer = await fetch(`${edge.apiUrl}/v2/images/${ID}/file`);
  expect(answer.headers.get('cache-status')).toContain('detail=too-large');
  expect(await answer.text()).toBe('data');
  await edge.close();
  origin.close();
});
