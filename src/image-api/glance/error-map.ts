// Which status is which of Nova's exceptions: one map for calls about one image, one for the rest,
// and those of delete and import. What no map knows stays as it is.
import {
  Forbidden,
  GlanceAnswerError,
  type ImageApiError,
  ImageBadRequest,
  ImageDeleteConflict,
  ImageImportImpossible,
  ImageNotAuthorized,
  ImageNotFound,
  ImageQuotaExceeded,
  Invalid,
  NotFound,
} from '../errors.ts';

/** Runs the work; a GlanceAnswerError becomes what `map` makes of its status, with itself as cause. */
export async function translated<T>(
  map: (status: number) => (new (message: string, options: object) => ImageApiError) | null,
  imageRef: string | null,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof GlanceAnswerError)) throw thrown;
    const Mapped = map(thrown.status);
    if (Mapped === null) throw thrown;
    const about = imageRef === null ? '' : `Image ${imageRef}: `;
    throw new Mapped(about + thrown.message, { cause: thrown });
  }
}

/** Nova's `_translate_image_exception`. */
export function imageErrors(status: number) {
  switch (status) {
    case 401:
    case 403:
      return ImageNotAuthorized;
    case 404:
      return ImageNotFound;
    case 400:
      return ImageBadRequest;
    case 413:
      return ImageQuotaExceeded;
    default:
      return null;
  }
}

/** Nova's `_translate_plain_exception`. */
export function plainErrors(status: number) {
  switch (status) {
    case 401:
    case 403:
      return Forbidden;
    case 404:
      return NotFound;
    case 400:
      return Invalid;
    default:
      return null;
  }
}

/** 401 stays what it is: Nova's delete does not translate it. */
export function deleteErrors(status: number) {
  switch (status) {
    case 403:
      return ImageNotAuthorized;
    case 404:
      return ImageNotFound;
    case 409:
      return ImageDeleteConflict;
    default:
      return null;
  }
}

export function importErrors(status: number) {
  switch (status) {
    case 403:
      return ImageNotAuthorized;
    case 404:
      return ImageNotFound;
    case 409:
      return ImageImportImpossible;
    case 400:
      return ImageBadRequest;
    default:
      return null;
  }
}

/** A 400 to a step of `create` that follows the record: the member, the location. */
export const badRequestOnly = (status: number) => (status === 400 ? ImageBadRequest : null);
