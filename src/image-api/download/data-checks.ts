// Whether image data is what its record says: size, hash, and signature where one is asked for.
import type { Digests, ImageDigest } from '../../ports/digests.ts';
import { CorruptImageDownload } from '../errors.ts';
import { type JsonObject, textOrNull, wholeOrNull } from '../glance/json.ts';
import type { ImageVerifier } from '../signature/verifier.ts';

export interface DataChecks {
  /** Takes the next bytes in; they must not change until the promise settles. */
  update(bytes: Uint8Array): Promise<void>;
  /** Throws CorruptImageDownload or SignatureVerificationError unless all bytes so far are the image. */
  finish(): Promise<void>;
  discard(): void;
}

export interface Expected {
  /** The image's record. */
  readonly record: JsonObject;
  readonly size: number | null;
  /** From the answer that brings the data; null without one. */
  readonly contentMd5: string | null;
  readonly verifier: ImageVerifier | null;
}

/**
 * The hash is `os_hash_value` where the runtime has its algorithm, else the MD5 `checksum`, else
 * `Content-MD5`; an image with none of them is checked for its size alone, as Glance's client does.
 */
export function createDataChecks(digests: Digests, expected: Expected): DataChecks {
  const hash = chooseHash(digests, expected);
  const size = wholeOrNull(expected.record.size) ?? expected.size;
  const name = String(expected.record.id);
  let bytes = 0;
  return {
    async update(piece) {
      bytes += piece.byteLength;
      expected.verifier?.update(piece);
      await hash?.digest.update(piece);
    },
    async finish() {
      if (size !== null && bytes !== size) {
        hash?.digest.discard();
        throw new CorruptImageDownload(`Image ${name} has ${size} bytes; ${bytes} came.`);
      }
      const value = await hash?.digest.finish();
      if (hash !== null && value !== hash.value) {
        const text = `Corrupt image download of ${name}: its ${hash.algorithm} is another.`;
        throw new CorruptImageDownload(text);
      }
      expected.verifier?.verify();
    },
    discard() {
      hash?.digest.discard();
    },
  };
}

interface ChosenHash {
  readonly algorithm: string;
  readonly value: string;
  readonly digest: ImageDigest;
}

function chooseHash(digests: Digests, { record, contentMd5 }: Expected): ChosenHash | null {
  const known: readonly (readonly [string | null, string | null])[] = [
    [textOrNull(record.os_hash_algo), textOrNull(record.os_hash_value)],
    ['md5', textOrNull(record.checksum)],
    ['md5', contentMd5],
  ];
  for (const [algorithm, value] of known) {
    if (algorithm === null || value === null || value === '') continue;
    const digest = digests.image(algorithm);
    if (digest !== null) return { algorithm, value: value.toLowerCase(), digest };
  }
  return null;
}
