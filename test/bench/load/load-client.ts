// The load client as rows see it: one process, one job at a time.
import { join } from 'node:path';
import { ask, nextMessage } from '../measure/conversation.ts';
import { WrongAnswer } from '../measure/rounds.ts';
import type { Bench } from '../row.ts';
import type {
  DownloadFigures,
  DownloadJob,
  ReadersFigures,
  ReadersJob,
  RequestsFigures,
  RequestsJob,
} from './jobs.ts';

/** Every method rejects with WrongAnswer when an answer is not what it should be. */
export interface LoadClient extends AsyncDisposable {
  download(job: Omit<DownloadJob, 'job'>): Promise<DownloadFigures>;
  requests(job: Omit<RequestsJob, 'job'>): Promise<RequestsFigures>;
  readers(job: Omit<ReadersJob, 'job'>): Promise<ReadersFigures>;
}

export async function openLoadClient(bench: Bench): Promise<LoadClient> {
  const child = bench.children.fork(join(import.meta.dirname, 'load-child.ts'), []);
  await nextMessage(child);
  const asked = async <T>(job: object): Promise<T> => {
    try {
      return await ask<T>(child, job);
    } catch (cause) {
      throw new WrongAnswer(cause instanceof Error ? cause.message : 'no answer', { cause });
    }
  };
  return {
    download: (job) => asked({ job: 'download', ...job }),
    requests: (job) => asked({ job: 'requests', ...job }),
    readers: (job) => asked({ job: 'readers', ...job }),
    [Symbol.asyncDispose]: () => bench.children.end(child),
  };
}
