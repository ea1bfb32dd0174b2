// One download through the gateway, as a client sees it: timed, and checked against the hash.
import { createHash } from 'node:crypto';

export interface DownloadTarget {
  readonly url: string;
  readonly token: string;
  readonly size: number;
  /** In hexadecimal, from the image's record. */
  readonly sha512: string;
}

export interface DownloadReport {
  readonly bytes: number;
  readonly durationMs: number;
  /** Until the first byte of data. */
  readonly firstByteMs: number;
  /** Whether size and hash are the image's. */
  readonly isRight: boolean;
  readonly cacheStatus: string;
}

/** `progress` is told the bytes so far. Rejects when the answer is not 200 or breaks off. */
export async function download(
  { url, token, size, sha512 }: DownloadTarget,
  signal: AbortSignal,
  progress: (bytes: number) => void,
): Promise<DownloadReport> {
  const start = performance.now();
  const response = await fetch(url, { headers: { 'X-Auth-Token': token }, signal });
  if (response.status !== 200) {
    throw new Error(`GET ${url}: ${response.status} ${await response.text()}`);
  }
  const hash = createHash('sha512');
  let bytes = 0;
  let firstByteMs = 0;
  for await (const piece of response.body ?? []) {
    if (bytes === 0) firstByteMs = performance.now() - start;
    bytes += piece.length;
    hash.update(piece);
    progress(bytes);
  }
  return {
    bytes,
    durationMs: performance.now() - start,
    firstByteMs,
    isRight: bytes === size && hash.digest('hex') === sha512,
    cacheStatus: response.headers.get('cache-status') ?? 'none',
  };
}
