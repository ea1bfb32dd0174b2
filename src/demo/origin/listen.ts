// Puts an embedded Glance on an address of this machine, behind an artificial link.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { EmbeddedGlance } from './embedded-glance.ts';
import { type Link, OPEN_LINK } from './link.ts';
import { requestFrom, writeHead, writePiece } from './node-exchange.ts';

export interface ListeningGlance {
  /** `http://127.0.0.1:<port>`, without a path. */
  readonly url: string;
  /** Bytes of image data that went out so far. */
  imageBytesSent(): number;
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}

export interface ListenOptions {
  /** 0, the default, lets the system choose. */
  readonly port?: number;
  /** What all answers go through together. */
  readonly link?: Link;
}

export async function listenEmbeddedGlance(
  glance: EmbeddedGlance,
  { port = 0, link = OPEN_LINK }: ListenOptions = {},
): Promise<ListeningGlance> {
  let imageBytes = 0;
  const server = createServer((incoming, outgoing) => {
    void exchange(glance, link, incoming, outgoing, (bytes) => {
      imageBytes += bytes;
    }).catch(() => outgoing.destroy());
  });
  return {
    url: await listening(server, port),
    imageBytesSent: () => imageBytes,
    close: () => closed(server),
  };
}

/** A client's pool may keep a connection this long before the next request, as with Glance. */
const KEEP_ALIVE_MS = 900_000;

/** Listens on the loopback address; the result is the URL. */
export async function listening(server: Server, port: number): Promise<string> {
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  return `http://127.0.0.1:${address.port}`;
}

/** Ends every connection and stops listening; fine when it does not listen. */
export function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function exchange(
  glance: EmbeddedGlance,
  link: Link,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  sentImageBytes: (bytes: number) => void,
): Promise<void> {
  const response = await glance.fetch(requestFrom(incoming));
  await link.delay();
  writeHead(outgoing, response);
  const isImage = response.headers.get('content-type') === 'application/octet-stream';
  // Leaving the loop early cancels the body, which closes its file.
  for await (const piece of response.body ?? []) {
    await link.carry(piece.length);
    if (!(await writePiece(outgoing, piece))) return;
    if (isImage) sentImageBytes(piece.length);
  }
  outgoing.end();
}
