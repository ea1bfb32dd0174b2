// The load of many small requests: each connection asks again as soon as it has its answer.
import { getRequest, openConnection } from './connection.ts';
import type { RequestsFigures, RequestsJob } from './jobs.ts';

/** Rejects when an answer has a wrong status, or a range a wrong length. */
export async function requests(job: RequestsJob): Promise<RequestsFigures> {
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  const until = startedAt + job.seconds * 1000;
  const counts = Array.from({ length: job.connections }, (_, at) => keepAsking(job, at, until));
  const total = (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { perSecond: total / seconds, requests: total, clientCpu: (user + system) / 1e6 };
}

function keepAsking(job: RequestsJob, first: number, until: number): Promise<number> {
  const { url, ranges } = job;
  const next = requestsInTurn(job, first);
  return new Promise((resolve, reject) => {
    let count = 0;
    const connection = openConnection({
      url,
      onBroken: reject,
      onEnd(status, length) {
        const right = ranges ? status === 206 && length === ranges.bytes : status === 200;
        if (!right) {
          connection.end();
          reject(new Error(`${url} answered ${status} with ${length} bytes`));
          return;
        }
        count += 1;
        if (performance.now() < until) connection.send(next());
        else {
          connection.end();
          resolve(count);
        }
      },
    });
    connection.send(next());
  });
}

function requestsInTurn(job: RequestsJob, first: number): () => string {
  const { url, token, paths, ranges } = job;
  if (ranges === null) {
    const whole = paths.map((path) => getRequest(url, path, token));
    let at = first;
    return () => {
      at += 1;
      return whole[at % whole.length] ?? '';
    };
  }
  const [path = ''] = paths;
  return () => {
    const start = Math.floor(Math.random() * (ranges.outOf - ranges.bytes));
    return getRequest(url, path, token, { Range: `bytes=${start}-${start + ranges.bytes - 1}` });
  };
}
