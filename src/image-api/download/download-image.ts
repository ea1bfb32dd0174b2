// Downloads an image (Nova's `download`): signature first, then past Glance where that is allowed,
// else over HTTP; to the caller's sink, to a file, or as a stream.

import { imageErrors, translated } from '../glance/error-map.ts';
import type { JsonObject } from '../glance/json.ts';
import { wholeOrNull } from '../glance/json.ts';
import type { SessionParts } from '../glance/session.ts';
import type { RoutedImage } from '../routing.ts';
import type { Scope } from '../scope.ts';
import { readRecord } from '../show-image.ts';
import type { ImageVerifier } from '../signature/verifier.ts';
import { createDataChecks, type DataChecks } from './data-checks.ts';
import { type DirectParts, downloadDirectly } from './direct-data.ts';
import { checkedStream, type DownloadProgress, pump } from './pump.ts';
import { openImageData, type ResumedData } from './resumed-data.ts';
import { type DataTarget, fileTarget, type ImageSink, sinkTarget } from './sinks.ts';

export interface DownloadOptions {
  /** Is written to; with it `destPath` counts for nothing. */
  readonly data?: ImageSink | null | undefined;
  /** The file to make. It is synced to the disk; when the download fails it is removed. */
  readonly destPath?: string | null | undefined;
  /** Ids of certificates that the one which signed the image must lead to. */
  readonly trustedCerts?: readonly string[] | null | undefined;
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
}

export interface DownloadParts extends DirectParts, Pick<SessionParts, 'numRetries' | 'pause'> {
  /** Null when neither the caller nor the settings ask for a signature. */
  readonly verifierOf: (
    record: JsonObject,
    trustedCerts: readonly string[] | null,
  ) => Promise<ImageVerifier | null>;
}

/** Into `data` or `destPath`, one of which is given. */
export async function downloadInto(
  scope: Scope,
  parts: DownloadParts,
  image: RoutedImage,
  options: DownloadOptions,
): Promise<void> {
  await translated(imageErrors, image.imageId, async () => {
    const opened = await prepare(scope, parts, image, options);
    if (opened === null) return;
    const { data, checks } = opened;
    const target = await openTarget(parts, options).catch((thrown: unknown) => {
      data.cancel();
      checks.discard();
      throw thrown;
    });
    // A caller's sink may hold on to what it was given.
    const reuse = !options.data;
    await pump({ data, checks, onBytes: progressOf(options, data), reuse }, target);
  });
}

async function openTarget(
  { files }: DownloadParts,
  { data: sink, destPath }: DownloadOptions,
): Promise<DataTarget> {
  return sink ? sinkTarget(sink) : fileTarget(files, destPath ?? '');
}

/** As a stream; `onEnd` is told once, with null or with what it ended with. */
export async function downloadStream(
  scope: Scope,
  parts: DownloadParts,
  image: RoutedImage,
  options: Pick<DownloadOptions, 'trustedCerts' | 'onProgress'>,
  onEnd: (thrown: unknown) => void,
): Promise<ReadableStream<Uint8Array>> {
  const opened = await translated(imageErrors, image.imageId, () =>
    prepare(scope, parts, image, options),
  );
  if (opened === null) throw new Error('a stream has no path to download to');
  const { data, checks } = opened;
  const read = (): Promise<Uint8Array | null> =>
    translated(imageErrors, image.imageId, () => data.read());
  const onBytes = progressOf(options, data);
  return checkedStream({ data: { read, cancel: () => data.cancel() }, checks, onBytes }, onEnd);
}

/** Null when the data is at its path already. */
async function prepare(
  scope: Scope,
  parts: DownloadParts,
  image: RoutedImage,
  { data: sink, destPath, trustedCerts, onProgress }: DownloadOptions,
): Promise<{ readonly data: ResumedData; readonly checks: DataChecks } | null> {
  const record = await readRecord(scope, image);
  const size = wholeOrNull(record.size);
  const createVerifier = (): Promise<ImageVerifier | null> =>
    parts.verifierOf(record, trustedCerts ?? null);
  // Before a byte has moved: bad claims cost no download.
  const verifier = await createVerifier();
  if (destPath && !sink && parts.handlers.length > 0) {
    if (await downloadDirectly(scope, parts, record, destPath, createVerifier)) {
      onProgress?.({ bytes: size ?? 0, total: size });
      return null;
    }
  }
  const data = await openImageData(scope, image, size, parts);
  const { contentMd5 } = data;
  const checks = createDataChecks(parts.digests, { record, size: data.size, contentMd5, verifier });
  return { data, checks };
}

function progressOf(
  { onProgress }: Pick<DownloadOptions, 'onProgress'>,
  { size: total }: ResumedData,
): (bytes: number) => void {
  let bytes = 0;
  return (more) => {
    bytes += more;
    onProgress?.({ bytes, total });
  };
}
