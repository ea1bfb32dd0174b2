// Fetches image data past Glance, from where it lies: over all locations, checked like any download,
// and given up for HTTP without an error.
import type { Digests } from '../../ports/digests.ts';
import type { Files } from '../../ports/files.ts';
import {
  type DirectUrlHandler,
  downloadDirect,
  type ImageLocation,
} from '../direct-url/handlers.ts';
import { isJsonObject, type JsonObject } from '../glance/json.ts';
import type { Scope } from '../scope.ts';
import type { ImageVerifier } from '../signature/verifier.ts';
import { createDataChecks } from './data-checks.ts';

export interface DirectParts {
  readonly handlers: readonly DirectUrlHandler[];
  readonly allowedSchemes: readonly string[];
  readonly files: Files;
  readonly digests: Digests;
}

/** True when the whole, right data is at `destPath`. */
export async function downloadDirectly(
  { span }: Scope,
  { handlers, allowedSchemes, files, digests }: DirectParts,
  record: JsonObject,
  destPath: string,
  createVerifier: () => Promise<ImageVerifier | null>,
): Promise<boolean> {
  let failed = false;
  const isThere = await downloadDirect(
    handlers,
    allowedSchemes,
    locationsOf(record),
    destPath,
    ({ scheme }) => {
      failed = true;
      // The text of the error may name a place with its credentials.
      span.event('direct_url_failed', { scheme });
    },
    async () => verifyFile(files, digests, record, destPath, await createVerifier()),
  );
  if (isThere) span.event('direct_url_used');
  else if (failed) await files.removeIfRegular(destPath);
  return isThere;
}

function locationsOf({ locations, direct_url: direct }: JsonObject): readonly ImageLocation[] {
  const given = Array.isArray(locations) ? locations.filter(isJsonObject) : [];
  const all = given.map(({ url, metadata }) => ({
    url: String(url),
    metadata: isJsonObject(metadata) ? metadata : {},
  }));
  const known = all.some(({ url }) => url === direct);
  return typeof direct === 'string' && !known ? [...all, { url: direct, metadata: {} }] : all;
}

async function verifyFile(
  files: Files,
  digests: Digests,
  record: JsonObject,
  path: string,
  verifier: ImageVerifier | null,
): Promise<void> {
  const checks = createDataChecks(digests, { record, size: null, contentMd5: null, verifier });
  try {
    for await (const piece of files.read(path)) await checks.update(piece);
    await checks.finish();
  } catch (thrown) {
    checks.discard();
    throw thrown;
  }
}
