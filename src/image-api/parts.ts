// What the methods of ImageApi work with.
import type { Files } from '../ports/files.ts';
import type { DownloadParts } from './download/download-image.ts';
import type { ImageSchemas } from './glance/image-schema.ts';
import type { Routing } from './routing.ts';
import type { CallTracer } from './traced.ts';

export interface ImageApiParts extends DownloadParts {
  readonly routing: Routing;
  readonly schemas: ImageSchemas;
  readonly files: Files;
  readonly tracer: CallTracer;
  /** Ends connections and threads. */
  readonly close: () => Promise<void>;
}
