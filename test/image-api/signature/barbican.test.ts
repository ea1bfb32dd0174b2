import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createBarbicanCertificates } from '../../../src/image-api/signature/barbican.ts';

const ID = '5a6b7c8d-0000-4000-8000-1234567890ab';
const PAYLOAD = `/v1/secrets/${ID}/payload`;

interface Asked {
  readonly url: string | undefined;
  readonly accept: string | undefined;
  readonly token: string | string[] | undefined;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const servers: { close(): void }[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A Barbican that answers so, and a list of what it was asked. */
async function startBarbican(answer: Answer) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const { accept, 'x-auth-token': token } = request.headers;
    asked.push({ url: request.url, accept, token });
    answer(request, response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { endpoint: `http://127.0.0.1:${address.port}`, asked };
}

const withStatus =
  (status: number, headers = {}): Answer =>
  (_, response) =>
    response.writeHead(status, headers).end('no');

function certificatesOf(endpoint: string) {
  return createBarbicanCertificates({ endpoint, fetch, token: () => 'a-token' });
}

describe('certificates of Barbican', () => {
  it('are the payload of the secret with that id', async () => {
    const { endpoint, asked } = await startBarbican((_, response) =>
      response.end(Buffer.from([1, 2])),
    );
    expect(await certificatesOf(endpoint).get(ID)).toEqual(Uint8Array.of(1, 2));
    expect(asked).toEqual([{ url: PAYLOAD, accept: 'application/octet-stream', token: 'a-token' }]);
  });

  it('are found below an endpoint with a path, a version and a slash', async () => {
    const { endpoint, asked } = await startBarbican(withStatus(404));
    await certificatesOf(`${endpoint}/key-manager/v1/`).get(ID);
    expect(asked.map(({ url }) => url)).toEqual([`/key-manager${PAYLOAD}`]);
  });

  it('are asked of the configured endpoint alone, whatever a href says', async () => {
    const elsewhere = await startBarbican(withStatus(200));
    const { endpoint, asked } = await startBarbican((_, response) => response.end('here'));
    const found = await certificatesOf(endpoint).get(`${elsewhere.endpoint}/v1/secrets/${ID}`);
    expect(found).toEqual(Uint8Array.from(Buffer.from('here')));
    expect(asked.map(({ url }) => url)).toEqual([PAYLOAD]);
    expect(elsewhere.asked).toEqual([]);
  });

  it('are not asked for by what is no id', async () => {
    const { endpoint, asked } = await startBarbican(withStatus(200));
    for (const reference of ['', '..', '.', 'a b', 'a?b', 'a%2fb', `${ID}/`, 'x'.repeat(129)]) {
      expect(await certificatesOf(endpoint).get(reference)).toBeNull();
    }
    expect(asked).toEqual([]);
  });

  it('are asked for in the next type when one is not acceptable', async () => {
    const { endpoint, asked } = await startBarbican((request, response) =>
      request.headers.accept === 'text/plain'
        ? response.end('PEM')
        : response.writeHead(406).end('no'),
    );
    expect(await certificatesOf(endpoint).get(ID)).toEqual(Uint8Array.from(Buffer.from('PEM')));
    expect(asked.map(({ accept }) => accept)).toEqual([
      'application/octet-stream',
      'application/pkix-cert',
      'text/plain',
    ]);
  });

  it('are null when there is no such secret', async () => {
    const { endpoint } = await startBarbican(withStatus(404));
    expect(await certificatesOf(endpoint).get(ID)).toBeNull();
  });

  it.each([401, 403, 406, 500, 503])('are unknown after status %i', async (status) => {
    const { endpoint } = await startBarbican(withStatus(status));
    await expect(certificatesOf(endpoint).get(ID)).rejects.toThrow(`Barbican answered ${status}.`);
  });

  it('are not fetched from where a redirect leads', async () => {
    const elsewhere = await startBarbican(withStatus(200));
    const { endpoint } = await startBarbican(withStatus(302, { location: elsewhere.endpoint }));
    await expect(certificatesOf(endpoint).get(ID)).rejects.toThrow('Barbican answered 302.');
    expect(elsewhere.asked).toEqual([]);
  });

  it('are not read beyond 64 KiB', async () => {
    const { endpoint } = await startBarbican((_, response) => response.end(Buffer.alloc(65_537)));
    await expect(certificatesOf(endpoint).get(ID)).rejects.toThrow('not a certificate');
  });
});
