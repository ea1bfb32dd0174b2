// Certificates from Barbican, OpenStack's key manager, where signers of images store them.
import {
  type CertificateSource,
  MAX_CERTIFICATE_BYTES,
  parseCertificateId,
} from './certificate-source.ts';

export interface BarbicanOptions {
  /** Base URL, with or without `/v1` at its end. */
  readonly endpoint: string;
  /** Its deadlines are the only ones. */
  readonly fetch: typeof fetch;
  /** A token for Barbican, asked for before each request. */
  readonly token: () => string;
}

/**
 * Reads secrets' payloads (`GET /v1/secrets/{id}/payload`). Of a secret's href only the id is used: the
 * token goes to `endpoint` and nowhere else, whatever an image's properties say, and redirects
 * are not followed.
 */
export function createBarbicanCertificates(options: BarbicanOptions): CertificateSource {
  const secrets = `${options.endpoint.replace(/\/+$/, '').replace(/\/v1$/, '')}/v1/secrets`;
  return {
    async get(reference) {
      const id = parseCertificateId(reference);
      if (id === null) return null;
      for (const accept of ACCEPTED) {
        const response = await options.fetch(`${secrets}/${id}/payload`, {
          headers: { accept, 'x-auth-token': options.token() },
          redirect: 'manual',
        });
        if (response.ok) return readBounded(response);
        await response.body?.cancel();
        if (response.status === 404) return null;
        if (response.status !== NOT_ACCEPTABLE) throw refusal(response.status);
      }
      throw refusal(NOT_ACCEPTABLE);
    },
  };
}

/** One a request: Barbican compares the whole header with the types it knows. The last is PEM. */
const ACCEPTED = ['application/octet-stream', 'application/pkix-cert', 'text/plain'] as const;

const NOT_ACCEPTABLE = 406;

function refusal(status: number): Error {
  return new Error(`Barbican answered ${status}.`);
}

async function readBounded(response: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > MAX_CERTIFICATE_BYTES) {
      throw new Error(`The secret is over ${MAX_CERTIFICATE_BYTES} bytes: not a certificate.`);
    }
    parts.push(part);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
