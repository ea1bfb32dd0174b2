// What a load client is asked to do, and what it tells.

export interface DownloadJob {
  readonly job: 'download';
  readonly url: string;
  readonly path: string;
  readonly token: string;
  readonly bytes: number;
  readonly clients: number;
}

export interface DownloadFigures {
  /** Until the last client had its last byte. */
  readonly seconds: number;
  /** From the request to the body's first byte, of the client that waited longest. */
  readonly firstByteMs: number;
  /** CPU seconds of the load client itself. */
  readonly clientCpu: number;
}

export interface RequestsJob {
  readonly job: 'requests';
  readonly url: string;
  readonly token: string;
  readonly paths: readonly string[];
  readonly connections: number;
  readonly seconds: number;
  /** Random ranges of so many bytes out of that many; null asks for the whole. */
  readonly ranges: { readonly bytes: number; readonly outOf: number } | null;
}

export interface RequestsFigures {
  readonly perSecond: number;
  readonly requests: number;
  readonly clientCpu: number;
}

export interface ReadersJob {
  readonly job: 'readers';
  readonly url: string;
  readonly token: string;
  readonly paths: readonly string[];
  readonly readers: number;
  readonly bytesPerSecond: number;
  readonly seconds: number;
}

export interface ReadersFigures {
  readonly bytes: number;
  /** Downloads that came to their end; each reader begins again then. */
  readonly finished: number;
}

export type LoadJob = DownloadJob | RequestsJob | ReadersJob;
