// The library face on Node: the class with what this runtime lends. Only what it needs is imported,
// so that a program which lists images loads no server.
import { hmacSha1 } from '../adapters/hmac-sha1.ts';
import { createThreadedDigests } from '../adapters/node/digests.ts';
import { nodeFiles } from '../adapters/node/files.ts';
import { pause, systemClock, systemTimers } from '../adapters/node/runtime.ts';
import { nodeSignatures } from '../adapters/node/signatures.ts';
import { createFetchWire } from '../adapters/origin/fetch-wire.ts';
import { createUndiciWire } from '../adapters/origin/undici-wire.ts';
import { createImageSchemas } from '../image-api/glance/image-schema.ts';
import { ImageApi as PortableImageApi } from '../image-api/image-api.ts';
import {
  DEFAULT_NUM_RETRIES,
  DEFAULT_TIMEOUTS,
  type ImageApiOptions,
} from '../image-api/options.ts';
import type { ImageApiParts } from '../image-api/parts.ts';
import { createRouting } from '../image-api/routing.ts';
import { createVerifierChoice } from '../image-api/signature-choice.ts';
import { createCallTracer, noTracing } from '../image-api/traced.ts';
import type { Wire } from '../ports/wire.ts';

export class ImageApi extends PortableImageApi {
  /** Throws Invalid when an endpoint is none. Opens no connection. */
  constructor(options: ImageApiOptions) {
    super(nodeParts(options));
  }
}

function nodeParts(options: ImageApiOptions): ImageApiParts {
  const { numRetries = DEFAULT_NUM_RETRIES } = options;
  const wire = options.fetch === undefined ? networkWire(options) : fetchWire(options);
  const digests = createThreadedDigests({ secret: '' });
  const patience = { numRetries, pause: options.pause ?? pause };
  return {
    ...patience,
    routing: createRouting(
      { wire, ...patience },
      {
        endpoints: options.endpoints,
        allowedEndpoints: options.allowedEndpoints ?? [],
        throughGateway: options.throughGateway ?? false,
        random: options.random ?? Math.random,
      },
    ),
    schemas: createImageSchemas(),
    files: nodeFiles,
    digests,
    handlers: options.directUrlHandlers ?? [],
    allowedSchemes: options.allowedDirectUrlSchemes ?? [],
    verifierOf: createVerifierChoice(options, { signatures: nodeSignatures, clock: systemClock }),
    tracer: createCallTracer({
      tracing: options.tracing ?? noTracing,
      hmacKeys: options.profilerHmacKeys ?? [],
      hmac: hmacSha1,
    }),
    async close() {
      await Promise.all([wire.close(), digests.close()]);
    },
  };
}

type ClosableWire = Wire & { close(): Promise<void> };

/** Parallel calls of one program; more wait for a free connection. */
const CONNECTIONS = 128;

function networkWire({ ca, timeouts }: ImageApiOptions): ClosableWire {
  const limits = { ...DEFAULT_TIMEOUTS, ...timeouts };
  return createUndiciWire({ ...limits, connections: CONNECTIONS, cas: { glance: ca } });
}

function fetchWire({ fetch: given, timeouts }: ImageApiOptions): ClosableWire {
  const { answerMs, stallMs } = { ...DEFAULT_TIMEOUTS, ...timeouts };
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    return given === undefined ? globalThis.fetch(request) : given(request);
  };
  const wire = createFetchWire({ fetch, timers: systemTimers, answerMs, stallMs });
  return { ...wire, close: async () => {} };
}
