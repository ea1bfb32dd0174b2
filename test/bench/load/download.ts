// The load of a download: so many clients at once, a connection each, the data thrown away.
import { getRequest, openConnection } from './connection.ts';
import type { DownloadFigures, DownloadJob } from './jobs.ts';

/** Rejects when an answer is not 200 with all the bytes. */
export async function download(job: DownloadJob): Promise<DownloadFigures> {
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  const all = await Promise.all(Array.from({ length: job.clients }, () => one(job)));
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    seconds: (Math.max(...all.map(({ endedAt }) => endedAt)) - startedAt) / 1000,
    firstByteMs: Math.max(...all.map(({ firstByteAt }) => firstByteAt)) - startedAt,
    clientCpu: (user + system) / 1e6,
  };
}

function one(
  job: DownloadJob,
): Promise<{ readonly firstByteAt: number; readonly endedAt: number }> {
  const { url, path, token, bytes } = job;
  return new Promise((resolve, reject) => {
    let firstByteAt = 0;
    const connection = openConnection({
      url,
      onBroken: reject,
      onBody: () => {
        firstByteAt = performance.now();
      },
      onEnd(status, length) {
        connection.end();
        if (status === 200 && length === bytes)
          resolve({ firstByteAt, endedAt: performance.now() });
        else reject(new Error(`${url}${path} answered ${status} with ${length} bytes`));
      },
    });
    connection.send(getRequest(url, path, token));
  });
}
