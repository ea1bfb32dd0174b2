// Certificates and signatures on Node: its own OpenSSL reads the ones and checks the others.
import { constants, createVerify, type KeyObject, X509Certificate } from 'node:crypto';
import type {
  Certificate,
  CertificateKey,
  SignatureCheck,
  SignatureScheme,
  Signatures,
} from '../../ports/signatures.ts';

/** Stateless: a certificate is parsed again for each question, which takes some 20 µs. */
export const nodeSignatures: Signatures = {
  readCertificate(bytes) {
    try {
      return describe(new X509Certificate(bytes));
    } catch {
      return null;
    }
  },

  isIssuedBy(certificate, issuer) {
    try {
      const issued = new X509Certificate(certificate.der);
      const authority = new X509Certificate(issuer.der);
      return issued.checkIssued(authority) && issued.verify(authority.publicKey);
    } catch {
      return false;
    }
  },

  check(certificate, scheme, signature) {
    return startCheck(new X509Certificate(certificate.der).publicKey, scheme, signature);
  },
};

function describe(certificate: X509Certificate): Certificate {
  return {
    der: certificate.raw,
    notBefore: certificate.validFromDate.getTime(),
    notAfter: certificate.validToDate.getTime(),
    key: describeKey(certificate.publicKey),
  };
}

function describeKey(key: KeyObject): CertificateKey {
  switch (key.asymmetricKeyType) {
    case 'rsa':
    case 'rsa-pss':
      return { kind: 'rsa', bits: key.asymmetricKeyDetails?.modulusLength ?? 0 };
    case 'dsa':
      return { kind: 'dsa' };
    case 'ec':
      return { kind: 'ec', curve: (key.asymmetricKeyDetails?.namedCurve ?? '').toLowerCase() };
    default:
      return { kind: 'other' };
  }
}

function startCheck(
  key: KeyObject,
  scheme: SignatureScheme,
  signature: Uint8Array,
): SignatureCheck {
  const verify = createVerify(scheme.hash);
  const padded =
    scheme.kind === 'rsa-pss'
      ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: scheme.saltBytes }
      : { key };
  return {
    update(bytes) {
      verify.update(bytes);
    },
    matches() {
      try {
        return verify.verify(padded, signature);
      } catch {
        // OpenSSL throws for some signatures that can't be right, such as DER that ends early.
        return false;
      }
    },
  };
}
