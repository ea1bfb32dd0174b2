// Between node:http and the embedded Glance: an IncomingMessage as a Request, a body as writes
// that resolve when the bytes are out.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ReadableStream as NodeReadableStream } from 'node:stream/web';

/** The request as fetch knows it; its body errors when the client breaks off. */
export function requestFrom(incoming: IncomingMessage): Request {
  const method = incoming.method ?? 'GET';
  const url = `http://${incoming.headers.host ?? 'localhost'}${incoming.url ?? '/'}`;
  const headers = new Headers();
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  if (method === 'GET' || method === 'HEAD') return new Request(url, { method, headers });
  // Pulled piece by piece: nothing is read of a body that the handler refuses.
  const body = NodeReadableStream.from<Uint8Array>(incoming);
  return new Request(url, { method, headers, body, duplex: 'half' });
}

/** Writes status and headers; `changed` replaces headers by name, null removes one. */
export function writeHead(
  outgoing: ServerResponse,
  response: Response,
  changed: Readonly<Record<string, string | null>> = {},
): void {
  if (response.statusText !== '') outgoing.statusMessage = response.statusText;
  outgoing.statusCode = response.status;
  for (const [name, value] of response.headers) outgoing.setHeader(name, value);
  for (const [name, value] of Object.entries(changed)) {
    if (value === null) outgoing.removeHeader(name);
    else outgoing.setHeader(name, value);
  }
  outgoing.flushHeaders();
}

/** Writes a piece of the body; true when the kernel has it, false when the client is gone. */
export function writePiece(outgoing: ServerResponse, piece: Uint8Array): Promise<boolean> {
  if (outgoing.destroyed) return Promise.resolve(false);
  return new Promise((resolve) => {
    const gone = (): void => resolve(false);
    outgoing.once('close', gone);
    outgoing.write(piece, (error) => {
      outgoing.off('close', gone);
      resolve(!error);
    });
  });
}
