// ImageApi, Nova's image API: each method picks a session, calls the verb of its name, and is a span
// `nova_image.<method>`. What the runtime lends comes in through the parts.
import type { SpanAttributes } from '../ports/tracing.ts';
import type { ImageContext } from './context.ts';
import { createImage } from './create-image.ts';
import { deleteImage } from './delete-image.ts';
import { type DownloadOptions, downloadInto, downloadStream } from './download/download-image.ts';
import type { ImageSink } from './download/sinks.ts';
import type { Image, ImageInfo } from './image.ts';
import type { ImageQuery } from './image-query.ts';
import type { ImageSource } from './image-source.ts';
import { copyImage } from './import-image.ts';
import { listImages } from './list-images.ts';
import type { ImageApiParts } from './parts.ts';
import { type ShowOptions, showImage } from './show-image.ts';
import { recordedRef } from './traced.ts';
import { type UpdateOptions, updateImage } from './update-image.ts';

/** `download` into something: exactly one of the two is needed, and `data` wins. */
export type DownloadTarget = DownloadOptions &
  ({ readonly data: ImageSink } | { readonly destPath: string });

/** `download` to a stream. */
export type DownloadStream = Omit<DownloadOptions, 'data' | 'destPath'> & {
  readonly data?: null | undefined;
  readonly destPath?: null | undefined;
};

/**
 * Reads and writes images in Glance. An image is named by its UUID or by an image URI,
 * `http(s)://host[:port][/prefix]/v2/images/{uuid}`; the context says who is calling.
 *
 * What every method throws: ImageApiError with a `code`; GlanceConnectionFailed after the last retry;
 * the reason of `context.signal` when that aborts.
 */
export class ImageApi {
  readonly #parts: ImageApiParts;

  constructor(parts: ImageApiParts) {
    this.#parts = parts;
  }

  /** Images of the default session, all pages. Throws Invalid, Forbidden. */
  getAll(context: ImageContext, query: ImageQuery = {}): Promise<Image[]> {
    const { routing, schemas, tracer } = this.#parts;
    return tracer.run('getAll', context, asked(query), (scope) =>
      collected(listImages(scope, routing.getSession(), schemas, query)),
    );
  }

  /** The same one by one; a page is asked for when it is reached. */
  async *iterate(
    context: ImageContext,
    query: ImageQuery = {},
  ): AsyncGenerator<Image, void, undefined> {
    const { routing, schemas, tracer } = this.#parts;
    const { scope, end } = tracer.begin('iterate', context, asked(query));
    try {
      yield* listImages(scope, routing.getSession(), schemas, query);
    } catch (thrown) {
      end(thrown);
      throw thrown;
    } finally {
      end(null);
    }
  }

  /** One image's record. Throws ImageNotFound, ImageNotAuthorized. */
  get(context: ImageContext, idOrUri: string, options: ShowOptions = {}): Promise<Image> {
    const { routing, schemas, tracer } = this.#parts;
    return tracer.run('get', context, { ...about(idOrUri), ...flags(options) }, async (scope) =>
      showImage(scope, schemas, routing.getSessionAndImageId(idOrUri), options),
    );
  }

  /**
   * Makes an image in the default session, with its data, locations and member where given. `size: 0`
   * without data makes an active, empty, raw image. Bytes, blobs and files are sent again when an
   * attempt fails; streams are not. Throws Invalid, Forbidden, ImageBadRequest.
   */
  create(
    context: ImageContext,
    info: ImageInfo,
    data: ImageSource | null | undefined = null,
  ): Promise<Image> {
    const { tracer } = this.#parts;
    return tracer.run('create', context, said(info, data), (scope) =>
      createImage(scope, this.#parts, info, data),
    );
  }

  /**
   * Changes what differs: attributes, properties (with `purgeProps` those not named go), locations,
   * data. Throws ImageNotFound, ImageNotAuthorized, ImageBadRequest, ImageQuotaExceeded.
   */
  update(
    context: ImageContext,
    idOrUri: string,
    info: ImageInfo,
    options: UpdateOptions = {},
  ): Promise<Image> {
    const { routing, tracer } = this.#parts;
    const args = { ...about(idOrUri), ...said(info, options.data), ...flags(options) };
    return tracer.run('update', context, args, async (scope) =>
      updateImage(scope, this.#parts, routing.getSessionAndImageId(idOrUri), info, options),
    );
  }

  /** Resolves to true. Throws ImageNotFound, ImageNotAuthorized, ImageDeleteConflict. */
  delete(context: ImageContext, idOrUri: string): Promise<true> {
    const { routing, tracer } = this.#parts;
    return tracer.run('delete', context, about(idOrUri), async (scope) =>
      deleteImage(scope, routing.getSessionAndImageId(idOrUri)),
    );
  }

  /**
   * Writes the data to `data` or to the file `destPath`; with neither, resolves to a stream, whose last
   * batch comes when all of it was found right (Nova gives back an iterator that is used up). A broken
   * connection is resumed. The hash is checked, and the signature where one is asked for.
   *
   * Throws ImageUnacceptable for an image without data, CorruptImageDownload,
   * ImageDownloadInterrupted, SignatureVerificationError, CertificateValidationFailed.
   */
  download(context: ImageContext, idOrUri: string, options: DownloadTarget): Promise<undefined>;
  download(
    context: ImageContext,
    idOrUri: string,
    options?: DownloadStream,
  ): Promise<ReadableStream<Uint8Array>>;
  async download(
    context: ImageContext,
    idOrUri: string,
    options: DownloadOptions = {},
  ): Promise<ReadableStream<Uint8Array> | undefined> {
    const { routing, tracer } = this.#parts;
    const { data, destPath } = options;
    const { scope, end } = tracer.begin('download', context, downloadArgs(idOrUri, options));
    try {
      const image = routing.getSessionAndImageId(idOrUri);
      if (!data && !destPath) return await downloadStream(scope, this.#parts, image, options, end);
      await downloadInto(scope, this.#parts, image, options);
      end(null);
      return undefined;
    } catch (thrown) {
      end(thrown);
      throw thrown;
    }
  }

  /**
   * The URI of an image at an endpoint, as every method here takes it (Nova's lacks the version, and
   * Nova can't read it back). No span, as in Nova. Throws what a wrong ref does elsewhere.
   */
  generateImageUrl(imageRef: string, _context: ImageContext = {}): string {
    return this.#parts.routing.imageUrl(imageRef);
  }

  /**
   * Starts a copy of the data into that store, or those. Throws ImageNotFound, ImageNotAuthorized,
   * ImageImportImpossible, ImageBadRequest.
   */
  copyImageToStore(
    context: ImageContext,
    idOrUri: string,
    store: string | readonly string[],
  ): Promise<void> {
    const { routing, tracer } = this.#parts;
    const stores = typeof store === 'string' ? [store] : store;
    const args = { ...about(idOrUri), 'nova_image.stores': stores };
    return tracer.run('copyImageToStore', context, args, async (scope) =>
      copyImage(scope, routing.getSessionAndImageId(idOrUri), stores),
    );
  }

  /** Ends connections and hashing threads; they keep no process alive, so a script may leave it out. */
  close(): Promise<void> {
    return this.#parts.close();
  }
}

async function collected(images: AsyncIterable<Image>): Promise<Image[]> {
  const list: Image[] = [];
  for await (const image of images) list.push(image);
  return list;
}

const about = (idOrUri: string): SpanAttributes => ({ 'nova_image.image': recordedRef(idOrUri) });

function flags(options: object): SpanAttributes {
  const set = Object.entries(options).filter(([, value]) => typeof value === 'boolean');
  return Object.fromEntries(set.map(([name, value]) => [`nova_image.${name}`, value === true]));
}

/** Names only: the values are the callers' own. */
const said = (info: ImageInfo, data: ImageSource | null | undefined): SpanAttributes => ({
  'nova_image.info': Object.keys(info),
  'nova_image.properties': Object.keys(info.properties ?? {}),
  'nova_image.data': data !== null && data !== undefined,
});

const asked = ({ filters = {}, marker, limit }: ImageQuery): SpanAttributes => ({
  'nova_image.filters': Object.keys(filters),
  ...(marker === undefined ? {} : { 'nova_image.marker': marker }),
  ...(limit === undefined ? {} : { 'nova_image.limit': limit }),
});

const downloadArgs = (
  idOrUri: string,
  { data, destPath, trustedCerts }: DownloadOptions,
): SpanAttributes => ({
  ...about(idOrUri),
  'nova_image.data': Boolean(data),
  ...(destPath ? { 'nova_image.destPath': destPath } : {}),
  ...(trustedCerts ? { 'nova_image.trustedCerts': trustedCerts } : {}),
});
