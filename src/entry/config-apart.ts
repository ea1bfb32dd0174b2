// Has the configuration read by a thread that ends afterwards, and takes nothing but the result.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { readConfigFile } from './config-file.ts';

/** Beside this file, in the form that this file has: source or built. */
const THREAD = new URL(
  import.meta.url.endsWith('.ts') ? './config-thread.ts' : './config-thread.js',
  import.meta.url,
);

/** As `readConfigFile` with this process's environment. Rejects when the thread fails. */
export async function readConfigApart(
  file: string | null,
): Promise<ReturnType<typeof readConfigFile>> {
  const thread = new Worker(THREAD, { workerData: file });
  const [loaded] = (await once(thread, 'message')) as [ReturnType<typeof readConfigFile>];
  return loaded;
}
