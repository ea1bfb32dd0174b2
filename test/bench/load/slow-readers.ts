// The load of many slow clients: each takes so many bytes a second off its connection, from one image
// after the other. What the kernels hold of an answer can take such a client longer to read than a server
// keeps a connection that it has sent all on: then the next image is asked for on a new one (RFC 9112 §9.3.1).
import { type Connection, getRequest, openConnection } from './connection.ts';
import type { ReadersFigures, ReadersJob } from './jobs.ts';

/** How often a reader takes its share. */
const BEAT_MS = 100;

/** Rejects when an answer is not 200. */
export async function slowReaders(job: ReadersJob): Promise<ReadersFigures> {
  const all = await Promise.all(Array.from({ length: job.readers }, (_, at) => reader(job, at)));
  return {
    bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
    finished: all.reduce((sum, { finished }) => sum + finished, 0),
  };
}

function reader(job: ReadersJob, first: number): Promise<ReadersFigures> {
  const { url, token, paths, bytesPerSecond, seconds } = job;
  const share = (bytesPerSecond * BEAT_MS) / 1000;
  return new Promise((resolve, reject) => {
    let [bytes, finished, credit] = [0, 0, share];
    /** Nothing of the answer that is waited for has come, on a connection that others have come on. */
    let isIdle = false;
    const ask = (): void => {
      connection.send(getRequest(url, paths[(first + finished) % paths.length] ?? '', token));
    };
    const stop = (): void => {
      clearInterval(beat);
      clearTimeout(end);
      connection.end();
    };
    const open = (): Connection =>
      openConnection({
        url,
        onBroken(cause) {
          if (isIdle) {
            isIdle = false;
            connection = open();
            return ask();
          }
          stop();
          reject(cause);
        },
        onBody() {
          isIdle = false;
        },
        onBytes(taken) {
          bytes += taken;
          credit -= taken;
          return credit > 0;
        },
        onEnd(status) {
          finished += 1;
          if (status === 200) {
            isIdle = true;
            return ask();
          }
          stop();
          reject(new Error(`${url} answered ${status}`));
        },
      });
    let connection = open();
    const beat = setInterval(() => {
      credit = Math.min(share, credit + share);
      if (credit > 0) connection.socket.resume();
    }, BEAT_MS);
    const end = setTimeout(() => {
      stop();
      resolve({ bytes, finished });
    }, seconds * 1000);
    ask();
  });
}
