// The separate pass that reads a body and hashes it: what was timed is reported only when this is
// content.
import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { WrongAnswer } from './rounds.ts';

export interface Expected {
  readonly url: string;
  readonly token: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
  readonly sha256: string;
}

/** Rejects with WrongAnswer unless status and every byte are right. */
export async function checkBody(expected: Expected): Promise<void> {
  const { url, token, headers = {}, status, sha256 } = expected;
  const hash = createHash('sha256');
  const found = await new Promise<number>((resolve, reject) => {
    const options = { agent: false, headers: { 'X-Auth-Token': token, ...headers } };
    const sent = request(url, options, (answer) => {
      answer.on('data', (piece: Buffer) => hash.update(piece));
      answer.on('end', () => resolve(answer.statusCode ?? 0));
      answer.on('error', reject);
    });
    sent.on('error', reject);
    sent.end();
  }).catch((cause: unknown) => {
    throw new WrongAnswer(`${url} broke off`, { cause });
  });
  if (found !== status) throw new WrongAnswer(`${url} answered ${found} instead of ${status}`);
  if (hash.digest('hex') !== sha256) throw new WrongAnswer(`${url} sent other bytes`);
}
