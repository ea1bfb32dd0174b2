// A plain proxy between the gateway and a Glance that writes down each call and the bytes of its
// answer: what has really crossed the WAN.
import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';

export interface LedgerLine {
  readonly method: string;
  readonly path: string;
  readonly range: string | null;
  /** Of the call, names in lower case. */
  readonly headers: IncomingHttpHeaders;
  readonly status: number;
  /** `X-Openstack-Request-Id` of the answer. */
  readonly requestId: string | null;
  /** Bytes of the answer's body that have arrived so far. */
  bytes: number;
}

export interface Ledger {
  /** Where the gateway finds Glance. */
  readonly url: string;
  readonly lines: readonly LedgerLine[];
  /** Bytes of image data that have come from Glance since that line. */
  imageBytes(since?: number): number;
  close(): Promise<void>;
}

/** Opens a ledger in front of that Glance. */
export async function openLedger(glance: string): Promise<Ledger> {
  const lines: LedgerLine[] = [];
  const agent = new Agent({ keepAlive: true });
  const server = createServer((incoming, outgoing) => {
    forward(new URL(glance), agent, incoming, outgoing, lines);
  });
  server.on('checkContinue', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    forward(new URL(glance), agent, incoming, outgoing, lines);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port }: Pick<AddressInfo, 'port'> = Object(server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    lines,
    imageBytes(since = 0) {
      return lines
        .slice(since)
        .filter(({ path, status }) => path.endsWith('/file') && (status === 200 || status === 206))
        .reduce((sum, { bytes }) => sum + bytes, 0);
    },
    async close() {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function forward(
  glance: URL,
  agent: Agent,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  lines: LedgerLine[],
): void {
  const { method = '', url: path = '/', rawHeaders, headers } = incoming;
  const sent = request(
    { agent, hostname: glance.hostname, port: glance.port, method, path, headers: rawHeaders },
    (answer) => {
      const status = answer.statusCode ?? 0;
      const range = headers.range ?? null;
      const named = answer.headers['x-openstack-request-id'];
      const requestId = typeof named === 'string' ? named : null;
      const line = { method, path, range, headers, status, requestId, bytes: 0 };
      lines.push(line);
      answer.on('data', (piece: Buffer) => {
        line.bytes += piece.length;
      });
      outgoing.writeHead(status, answer.statusMessage, answer.rawHeaders);
      pipeline(answer, outgoing, () => sent.destroy());
    },
  );
  sent.on('continue', () => outgoing.writeContinue());
  // A request that is cut on one side is cut on the other: a clean end would complete an upload.
  sent.on('error', () => outgoing.destroy());
  outgoing.on('close', () => sent.destroy());
  pipeline(incoming, sent, () => {});
}
