// The gateway's secret: keys the digests of tokens and seals what is kept in shared tiers. It
// outlives restarts in a file beside the disk tier, so that what was sealed stays readable.
import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from './entry-files.ts';

/** As long as the output of SHA-256: a longer HMAC key adds nothing. */
const SECRET_BYTES = 32;

/**
 * The secret in that file; when there is none, 32 new random bytes, readable by the owner only.
 *
 * Processes that start together get the same one. Rejects when the file holds something else: it
 * may be the wrong file, so it is not overwritten.
 */
export async function loadOrCreateSecret(path: string): Promise<Uint8Array> {
  const existing = await readSecret(path);
  if (existing !== null) return existing;
  await mkdir(dirname(path), { recursive: true });
  await createSecret(path);
  const created = await readSecret(path);
  if (created === null) throw new Error(`The secret file ${path} vanished while it was created.`);
  return created;
}

async function readSecret(path: string): Promise<Uint8Array | null> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return null;
    throw cause;
  }
  if (bytes.byteLength !== SECRET_BYTES) {
    throw new Error(
      `The secret file ${path} holds ${bytes.byteLength} bytes instead of ${SECRET_BYTES}. Remove it to have a new one made.`,
    );
  }
  return bytes;
}

/** Complete before it has its name; the link fails when another process was faster. */
async function createSecret(path: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(randomBytes(SECRET_BYTES));
    // Unlike a cache entry, a torn secret would not be made anew.
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(draft, path);
  } catch (cause) {
    if (codeOf(cause) !== 'EEXIST') throw cause;
  } finally {
    await rm(draft, { force: true });
  }
}
