// The data of an image as Glance sends it, read on to its end across broken connections.
import { GatewayFailure } from '../../core/failure.ts';
import { headerValue } from '../../core/headers.ts';
import type { OriginBody } from '../../ports/origin.ts';
import {
  CorruptImageDownload,
  GlanceAnswerError,
  GlanceConnectionFailed,
  ImageDownloadInterrupted,
  ImageUnacceptable,
} from '../errors.ts';
import { ask } from '../glance/requests.ts';
import { type GlanceAnswer, RETRY_PAUSE_MS, type SessionParts } from '../glance/session.ts';
import type { RoutedImage } from '../routing.ts';
import type { Scope } from '../scope.ts';

export interface ResumedData extends OriginBody {
  /** Bytes, as the answer's head says; null when it does not. */
  readonly size: number | null;
  /** MD5 in hexadecimal of the whole image; null when the answer has none. */
  readonly contentMd5: string | null;
}

type Patience = Pick<SessionParts, 'numRetries' | 'pause'>;

/**
 * Asks for the data. After a cut it goes on from there by a range or, where the store has none, by
 * reading from the front and dropping what is there already; `numRetries` times without a new byte.
 *
 * Throws ImageUnacceptable for an image without data; reading throws ImageDownloadInterrupted.
 */
export async function openImageData(
  scope: Scope,
  image: RoutedImage,
  expected: number | null,
  patience: Patience,
): Promise<ResumedData> {
  const first = await requestData(scope, image, null);
  if (first.status === 204) {
    first.body.cancel();
    throw new ImageUnacceptable(`Image ${image.imageId} has no associated data.`);
  }
  const size = contentLength(first) ?? expected;
  const contentMd5 = headerValue(first.headers, 'content-md5');
  let body = first.body;
  let at = 0;
  let ranges = true;
  let vain = 0;

  async function read(): Promise<Uint8Array | null> {
    for (;;) {
      try {
        const piece = await body.read();
        at += piece?.byteLength ?? 0;
        if (piece !== null) vain = 0;
        return piece;
      } catch (cut) {
        scope.call.signal.throwIfAborted();
        // The end of the message is missing, the data is all here.
        if (size !== null && at === size) return null;
        await resume(cut);
      }
    }
  }

  async function resume(cut: unknown): Promise<void> {
    for (let cause = cut; ; ) {
      if (!isBroken(cause)) throw cause;
      if (vain >= patience.numRetries) {
        const text = `The data of image ${image.imageId} broke off after ${at} bytes.`;
        throw new ImageDownloadInterrupted(text, { cause });
      }
      if (vain > 0) await patience.pause(RETRY_PAUSE_MS, scope.call.signal);
      vain += 1;
      scope.span.event('download_resumed', { at, ranges });
      try {
        body = (ranges && at > 0 ? await bodyFrom(at) : null) ?? (await bodyAfter(at));
        return;
      } catch (thrown) {
        cause = thrown;
      }
    }
  }

  /** Null when the store has no ranges. */
  async function bodyFrom(start: number): Promise<OriginBody | null> {
    try {
      const answer = await requestData(scope, image, start);
      requireSame(answer);
      if (answer.status === 200) return await skip(answer.body, start);
      if (startOf(answer) === start) return answer.body;
      answer.body.cancel();
    } catch (thrown) {
      const status = thrown instanceof GlanceAnswerError ? thrown.status : null;
      if (status !== 400 && status !== 416) throw thrown;
    }
    ranges = false;
    return null;
  }

  async function bodyAfter(start: number): Promise<OriginBody> {
    const answer = await requestData(scope, image, null);
    requireSame(answer);
    return skip(answer.body, start);
  }

  function requireSame(answer: GlanceAnswer): void {
    const now = headerValue(answer.headers, 'content-md5');
    if (contentMd5 === null || now === null || now === contentMd5) return;
    answer.body.cancel();
    throw new CorruptImageDownload(`The data of image ${image.imageId} has changed on the way.`);
  }

  return { size, contentMd5, read, cancel: () => body.cancel() };
}

function requestData(scope: Scope, image: RoutedImage, from: number | null): Promise<GlanceAnswer> {
  const headers = from === null ? [] : [['Range', `bytes=${from}-`] as const];
  const request = { method: 'GET', target: `${image.path}/file`, headers };
  return ask(scope, image.session, request, async (answer) => answer);
}

const isBroken = (cause: unknown): boolean =>
  cause instanceof GatewayFailure || cause instanceof GlanceConnectionFailed;

function contentLength({ headers }: GlanceAnswer): number | null {
  const text = headerValue(headers, 'content-length');
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

function startOf({ headers }: GlanceAnswer): number | null {
  const match = /^bytes (\d+)-/.exec(headerValue(headers, 'content-range') ?? '');
  return match === null ? null : Number(match[1]);
}

/** The body from that byte on. */
async function skip(body: OriginBody, bytes: number): Promise<OriginBody> {
  for (let left = bytes; left > 0; ) {
    const piece = await body.read();
    if (piece === null) return body;
    if (piece.byteLength > left) return startingWith(piece.subarray(left), body);
    left -= piece.byteLength;
  }
  return body;
}

function startingWith(first: Uint8Array, rest: OriginBody): OriginBody {
  let head: Uint8Array | null = first;
  return {
    async read() {
      if (head === null) return rest.read();
      const piece = head;
      head = null;
      return piece;
    },
    cancel: () => rest.cancel(),
  };
}
