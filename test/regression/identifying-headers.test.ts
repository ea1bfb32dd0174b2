// Whoever is known to the origin by another header than X-Auth-Token is a caller of their own: their
// records are in no one else's cache.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { forwardableRequestHeaders } from '../../src/core/headers.ts';
import type { RunningGateway } from '../../src/entry/node.ts';
import { openEdge } from './edge.ts';

const ID = '7d2e2a3c-8b6a-4c0e-9a57-0c5f3a0f5a01';

describe('a caller without X-Auth-Token', () => {
  let origin: Server;
  let edge: RunningGateway;

  beforeEach(async () => {
    // Like keystonemiddleware, it takes a token where it finds one.
    origin = createServer((request, answer) => {
      const { authorization, cookie } = request.headers;
      const whose = request.headers['x-storage-token'] ?? authorization ?? cookie;
      if (whose === undefined) return void answer.writeHead(401).end();
      const record = { id: ID, status: 'active', size: 3, whose, os_hash_algo: 'sha512' };
      return void answer.end(JSON.stringify(record));
    });
    await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
    const { port } = origin.address() as AddressInfo;
    edge = await openEdge(`http://127.0.0.1:${port}`);
  });

  afterEach(async () => {
    await edge.close();
    origin.close();
  });

  it.each(['X-Storage-Token', 'Authorization', 'Cookie'])('is known by %s', async (name) => {
    const ask = (headers: Record<string, string>) =>
      fetch(`${edge.apiUrl}/v2/images/${ID}`, { headers });
    const first = await ask({ [name]: 'alice' });
    expect(await first.json()).toMatchObject({ whose: 'alice' });
    const again = await ask({ [name]: 'alice' });
    expect(again.headers.get('cache-status')).toContain('hit');
    expect((await ask({})).status).toBe(401);
    expect(await (await ask({ [name]: 'bob' })).json()).toMatchObject({ whose: 'bob' });
  });
});

describe('what goes on to the origin', () => {
  it('has no name with an underscore, which WSGI takes for a hyphen', () => {
    const forged = ['X_Auth_Token', 'X-Auth_Token', 'X_Roles', 'Content_Length', 'X_Storage_Token'];
    const list = forged.map((name) => [name, '1'] as const);
    expect(forwardableRequestHeaders([...list, ['X-Auth-Token', 't']])).toEqual([
      ['X-Auth-Token', 't'],
    ]);
  });

  it('has no scope of the system, which keystonemiddleware does not take away', () => {
    expect(forwardableRequestHeaders([['OpenStack-System-Scope', 'all']])).toEqual([]);
  });
});
