// A load client: a process of its own, so that what it does is nobody else's CPU.
import { answerParent, tellParent } from '../measure/conversation.ts';
import { download } from './download.ts';
import type { LoadJob } from './jobs.ts';
import { requests } from './requests.ts';
import { slowReaders } from './slow-readers.ts';

answerParent(async (job: LoadJob) => {
  switch (job.job) {
    case 'download':
      return download(job);
    case 'requests':
      return requests(job);
    case 'readers':
      return slowReaders(job);
    default:
      return job satisfies never;
  }
});
tellParent('ready');
