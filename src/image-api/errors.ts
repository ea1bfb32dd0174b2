// Everything that ImageApi throws: one base class, a stable code on each, the cause kept. The names
// and conditions are those of Nova's exceptions; texts never hold a token or a URL's credentials.

/** What programs switch on; stable, unlike the texts. */
export type ImageApiErrorCode =
  | 'bad-request'
  | 'certificate-validation-failed'
  | 'connection-failed'
  | 'corrupt-download'
  | 'delete-conflict'
  | 'download-interrupted'
  | 'endpoint-not-allowed'
  | 'forbidden'
  | 'glance-answer'
  | 'import-impossible'
  | 'invalid'
  | 'invalid-image-ref'
  | 'not-authorized'
  | 'not-found'
  | 'quota-exceeded'
  | 'signature-verification-failed'
  | 'unacceptable';

/** The base of all of them. `cause` is what led to it, where something did. */
export abstract class ImageApiError extends Error {
  abstract readonly code: ImageApiErrorCode;

  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** No such image, or not visible to the caller (404 about one image). */
export class ImageNotFound extends ImageApiError {
  readonly code = 'not-found';
}

/** Glance refused the caller the image (401 or 403 about one image). */
export class ImageNotAuthorized extends ImageApiError {
  readonly code = 'not-authorized';
}

/** Glance refused the request about one image (400), or it could not have taken it. */
export class ImageBadRequest extends ImageApiError {
  readonly code = 'bad-request';
}

/** The data is over a quota or a size limit of Glance (413). */
export class ImageQuotaExceeded extends ImageApiError {
  readonly code = 'quota-exceeded';
}

/** The image is in use and can't be deleted now (409). */
export class ImageDeleteConflict extends ImageApiError {
  readonly code = 'delete-conflict';
}

/** The image can't be used as it is: it has no data. */
export class ImageUnacceptable extends ImageApiError {
  readonly code = 'unacceptable';
}

/** The image can't be copied into that store now (409). */
export class ImageImportImpossible extends ImageApiError {
  readonly code = 'import-impossible';
}

/** 404 where no single image is meant. */
export class NotFound extends ImageApiError {
  readonly code = 'not-found';
}

/** 401 or 403 where no single image is meant. */
export class Forbidden extends ImageApiError {
  readonly code = 'forbidden';
}

/** 400 where no single image is meant, or an argument that no request could be made of. */
export class Invalid extends ImageApiError {
  readonly code = 'invalid';
}

/** What should name an image is neither a UUID nor an image URI. */
export class InvalidImageRef extends ImageApiError {
  readonly code = 'invalid-image-ref';
}

/** The image URI names an endpoint that is not on the allow-list; nothing was sent to it. */
export class EndpointNotAllowed extends ImageApiError {
  readonly code = 'endpoint-not-allowed';
}

/** No attempt got an answer: connections failed, or Glance answered 503 each time. */
export class GlanceConnectionFailed extends ImageApiError {
  readonly code = 'connection-failed';
}

/** An answer that no other class stands for: 409, 500, 502 and their like, or no JSON where some was due. */
export class GlanceAnswerError extends ImageApiError {
  readonly code = 'glance-answer';
  /** HTTP status. */
  readonly status: number;
  /** `X-Openstack-Request-Id` of the answer. */
  readonly requestId: string | null;

  constructor(
    message: string,
    answer: {
      readonly status: number;
      readonly requestId?: string | null;
      readonly cause?: unknown;
    },
  ) {
    super(message, answer);
    this.status = answer.status;
    this.requestId = answer.requestId ?? null;
  }
}

/** The data does not have the hash or the size of its record. */
export class CorruptImageDownload extends ImageApiError {
  readonly code = 'corrupt-download';
}

/** The connection broke in the middle of the data, and going on from there did not work. */
export class ImageDownloadInterrupted extends ImageApiError {
  readonly code = 'download-interrupted';
}

/** The image's signature is missing, can't be read, or is not that of the data. */
export class SignatureVerificationError extends ImageApiError {
  readonly code = 'signature-verification-failed';
}

/** The signing certificate is not vouched for by any trusted one. */
export class CertificateValidationFailed extends ImageApiError {
  readonly code = 'certificate-validation-failed';
}
