// The package's face: ImageApi, what it is given, what it gives and throws. The gateway is a program
// of its own (`glance-edge serve`) and is not loaded from here.
export { ImageApi } from './entry/image-api.ts';
export {
  barbicanCertificates,
  fileHandler,
  folderCertificates,
  rbdHandler,
} from './entry/image-api-sources.ts';
export type { ImageContext } from './image-api/context.ts';
export type { DirectUrlHandler, Filesystem } from './image-api/direct-url/handlers.ts';
export type { DownloadOptions } from './image-api/download/download-image.ts';
export type { DownloadProgress } from './image-api/download/pump.ts';
export type { ImageSink, WritingSink } from './image-api/download/sinks.ts';
export {
  CertificateValidationFailed,
  CorruptImageDownload,
  EndpointNotAllowed,
  Forbidden,
  GlanceAnswerError,
  GlanceConnectionFailed,
  ImageApiError,
  type ImageApiErrorCode,
  ImageBadRequest,
  ImageDeleteConflict,
  ImageDownloadInterrupted,
  ImageImportImpossible,
  ImageNotAuthorized,
  ImageNotFound,
  ImageQuotaExceeded,
  ImageUnacceptable,
  Invalid,
  InvalidImageRef,
  NotFound,
  SignatureVerificationError,
} from './image-api/errors.ts';
export type { Image, ImageInfo, ImageLocation, ImageProperties } from './image-api/image.ts';
export type { DownloadStream, DownloadTarget } from './image-api/image-api.ts';
export type { FilterValue, ImageQuery } from './image-api/image-query.ts';
export type { ImageSource } from './image-api/image-source.ts';
export type { ImageApiOptions, ImageApiTimeouts } from './image-api/options.ts';
export type { ShowOptions } from './image-api/show-image.ts';
export type { CertificateSource } from './image-api/signature/verifier.ts';
export type { UpdateOptions } from './image-api/update-image.ts';
export type { TraceContext } from './ports/call.ts';
export type { Span, SpanAttributes, Tracing } from './ports/tracing.ts';
