// What a wire says to the origin.
import { expect } from 'vitest';
import { aCall, answered, aRequest } from '../../support/wire-calls.ts';
import { answerEmpty, type Test } from './scene.ts';

export function describeRequests(test: Test): void {
  test('puts the target on the wire byte for byte, below the prefix', async ({ wire, origin }) => {
    const { url, peers } = await origin((peer) => answerEmpty(peer));
    const target = '/v2//images/%7e%2F%C3%A9;x?a=1&a=2&name=b%20c+d&empty=&q=%22';
    answered(await wire.send(aCall(), aRequest(`${url}/image/`, { target })));
    const head = peers[0]?.received() ?? '';
    expect(head.split('\r\n', 1)[0]).toBe(`GET /image${target} HTTP/1.1`);
    expect(head.toLowerCase()).toContain(`host: ${url.slice('http://'.length)}\r\n`);
  });

  test('accepts no coding, and says nothing that belongs to another hop', async ({
    wire,
    origin,
  }) => {
    const { url, peers } = await origin((peer) => answerEmpty(peer));
    const headers = [
      ['Accept-Encoding', 'gzip'],
      ['Host', 'elsewhere.example'],
      ['Transfer-Encoding', 'chunked'],
      ['Expect', '100-continue'],
    ] as const;
    answered(await wire.send(aCall(), aRequest(url, { headers })));
    const head = (peers[0]?.received() ?? '').toLowerCase();
    expect(head.match(/^accept-encoding: .*$/gm)).toEqual(['accept-encoding: identity']);
    expect(head).not.toMatch(/elsewhere|transfer-encoding|expect/);
  });

  test('keeps the order, the spelling and the repeats of headers', async ({ wire, origin }) => {
    const { url, peers } = await origin((peer) => answerEmpty(peer));
    const headers = [
      ['X-B', 'one'],
      ['X-A', 'two'],
      ['X-B', 'three'],
      ['x-auth-token', 'secret'],
    ] as const;
    answered(await wire.send(aCall(), aRequest(url, { headers })));
    expect(peers[0]?.received()).toContain(
      'X-B: one\r\nX-A: two\r\nX-B: three\r\nx-auth-token: secret\r\n',
    );
  });
}
