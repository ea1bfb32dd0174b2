// Certificates from a local folder, for sites without a key manager.
import { type CertificateSource, parseCertificateId } from './certificate-source.ts';

/** What certificate files are called after their id. */
const ENDINGS = ['.pem', '.crt', '.cer', '.der', ''] as const;

/**
 * Certificates as files of `folder`, named `<id>.pem`, `.crt`, `.cer`, `.der` or just `<id>`, in PEM or
 * DER whatever the name. `readFile` rejects with `code: 'ENOENT'` for a file that is not there.
 */
export function createFolderCertificates(
  folder: string,
  readFile: (path: string) => Promise<Uint8Array>,
): CertificateSource {
  return {
    async get(reference) {
      const id = parseCertificateId(reference);
      if (id === null) return null;
      for (const ending of ENDINGS) {
        const bytes = await readIfThere(`${folder}/${id}${ending}`, readFile);
        if (bytes !== null) return bytes;
      }
      return null;
    },
  };
}

async function readIfThere(
  path: string,
  readFile: (path: string) => Promise<Uint8Array>,
): Promise<Uint8Array | null> {
  try {
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw cause;
  }
}
