// One HTTP exchange as it is on the wire: the path as written, no redirects, no decompression, a
// connection of its own.
import { request } from 'node:http';

export interface Answer {
  readonly status: number;
  /** Names in lower case; repeated ones joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  text(): string;
}

export interface ExchangeOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes go with a length, pieces go chunked; an iterator that throws cuts the connection. */
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>;
}

/** Sends it and reads the answer to its end; rejects when the connection breaks before that. */
export async function exchange(url: string, options: ExchangeOptions = {}): Promise<Answer> {
  const { method = 'GET', headers = {}, body } = options;
  const { hostname, port, origin } = new URL(url);
  const whole = typeof body === 'string' || body instanceof Uint8Array;
  const sent = request({
    agent: false,
    hostname,
    port,
    method,
    path: url.slice(origin.length) || '/',
    headers: { ...headers, ...(whole ? { 'Content-Length': Buffer.byteLength(body) } : {}) },
  });
  const answered = new Promise<Answer>((resolve, reject) => {
    sent.on('error', reject);
    sent.on('response', (answer) => {
      const pieces: Buffer[] = [];
      answer.on('data', (piece: Buffer) => pieces.push(piece));
      answer.on('error', reject);
      answer.on('end', () => {
        const received = Buffer.concat(pieces);
        resolve({
          status: answer.statusCode ?? 0,
          headers: joined(answer.rawHeaders),
          body: received,
          text: () => received.toString('utf8'),
        });
      });
    });
  });
  if (body === undefined || whole) sent.end(body);
  else void writePieces(sent, body);
  return await answered;
}

async function writePieces(
  sent: ReturnType<typeof request>,
  body: AsyncIterable<Uint8Array>,
): Promise<void> {
  try {
    for await (const piece of body) {
      if (!sent.write(piece)) await new Promise((resume) => sent.once('drain', resume));
    }
    sent.end();
  } catch (error) {
    sent.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}

function joined(raw: readonly string[]): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const [name = '', value = ''] = [raw[at]?.toLowerCase(), raw[at + 1]];
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
  }
  return headers;
}
