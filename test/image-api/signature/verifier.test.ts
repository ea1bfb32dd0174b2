import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeSignatures } from '../../../src/adapters/node/signatures.ts';
import { SignatureVerificationError } from '../../../src/image-api/errors.ts';
import { createOpenssl, ec, type Identity, type Openssl, rsa } from './openssl.ts';
import { IMAGE, signatureProperties, verifyImage } from './verifying.ts';

const METHODS = ['SHA-224', 'SHA-256', 'SHA-384', 'SHA-512'];

const PSS = ['rsa_padding_mode:pss', 'rsa_pss_saltlen:max'];

const KEY_TYPES: Readonly<Record<string, readonly string[]>> = {
  'RSA-PSS': rsa(2048),
  DSA: ['-algorithm', 'DSA', '-pkeyopt', 'dsa_paramgen_bits:1024'],
  ECC_SECT571K1: ec('sect571k1'),
  ECC_SECT409K1: ec('sect409k1'),
  ECC_SECT571R1: ec('sect571r1'),
  ECC_SECT409R1: ec('sect409r1'),
  ECC_SECP521R1: ec('secp521r1'),
  ECC_SECP384R1: ec('secp384r1'),
};

let openssl: Openssl;
let properties: Record<string, unknown>;
let certificates: { signer: Uint8Array };
const identities: Record<string, Identity> = {};

function identityOf(keyType: string): Identity {
  const identity = identities[keyType];
  if (identity === undefined) throw new Error(`no identity for ${keyType}`);
  return identity;
}

function sign(keyType: string, method: string, identity = identityOf(keyType)): Promise<string> {
  const hash = method.replace('-', '').toLowerCase();
  return openssl.sign(identity, hash, IMAGE, ...(keyType === 'RSA-PSS' ? PSS : []));
}

beforeAll(async () => {
  openssl = await createOpenssl();
  for (const [keyType, keyArgs] of Object.entries(KEY_TYPES)) {
    identities[keyType] = await openssl.identity({ name: keyType, keyArgs });
  }
  const keyType = 'ECC_SECP384R1';
  properties = signatureProperties(await sign(keyType, 'SHA-256'), 'SHA-256', keyType);
  certificates = { signer: identityOf(keyType).pem };
}, 60_000);

afterAll(() => openssl.remove());

async function refusal(
  changes: Readonly<Record<string, unknown>>,
  setting: Partial<Parameters<typeof verifyImage>[1]> = {},
): Promise<string> {
  const thrown: unknown = await verifyImage(
    { ...properties, ...changes },
    { certificates, ...setting },
  ).catch((cause: unknown) => cause);
  if (!(thrown instanceof SignatureVerificationError))
    throw new Error('not refused', { cause: thrown });
  expect(thrown.code).toBe('signature-verification-failed');
  return thrown.message;
}

describe.each(Object.keys(KEY_TYPES))('signatures of type %s', (keyType) => {
  it.each(METHODS)('made with %s are accepted, and refused after a wrong byte', async (method) => {
    const claim = signatureProperties(await sign(keyType, method), method, keyType);
    const setting = { certificates: { signer: identityOf(keyType).pem } };
    await verifyImage(claim, setting);

    const image = IMAGE.with(3, 0);
    await expect(verifyImage(claim, { ...setting, image })).rejects.toThrow(
      SignatureVerificationError,
    );
  });

  it('are refused with the certificate of another key of that type', async () => {
    const other = await openssl.identity({ name: 'other', keyArgs: KEY_TYPES[keyType] ?? [] });
    const claim = signatureProperties(await sign(keyType, 'SHA-256'), 'SHA-256', keyType);
    await expect(verifyImage(claim, { certificates: { signer: other.pem } })).rejects.toThrow(
      'The signature is not that of the image data.',
    );
  });

  it('are refused under the name of every other type', async () => {
    for (const other of Object.keys(KEY_TYPES)) {
      if (other === keyType) continue;
      const claim = signatureProperties('AAAA', 'SHA-256', other);
      const setting = { certificates: { signer: identityOf(keyType).pem } };
      await expect(verifyImage(claim, setting)).rejects.toThrow(
        `Invalid public key type for signature key type: ${other}.`,
      );
    }
  });
});

describe('the properties of a signed image', () => {
  it.each([
    'img_signature',
    'img_signature_hash_method',
    'img_signature_key_type',
    'img_signature_certificate_uuid',
  ])('without %s are refused by its name', async (name) => {
    for (const value of [undefined, null, '', 7, {}]) {
      expect(await refusal({ [name]: value })).toContain(`Missing property: ${name}.`);
    }
  });

  it('with an unknown hash method are refused by its name', async () => {
    for (const name of ['SHA-1', 'MD5', 'sha-256', 'SHA256', 'toString']) {
      const message = await refusal({ img_signature_hash_method: name });
      expect(message).toBe(`Invalid signature hash method: ${name}.`);
    }
  });

  it('with an unknown key type are refused by its name', async () => {
    for (const name of ['RSA', 'ECC_SECP256R1', 'rsa-pss', 'constructor']) {
      const message = await refusal({ img_signature_key_type: name });
      expect(message).toBe(`Invalid signature key type: ${name}.`);
    }
  });

  it('show no more of a value than it is recognized by', async () => {
    const message = await refusal({ img_signature_hash_method: 'x'.repeat(60_000) });
    expect(message.length).toBeLessThan(200);
  });

  it('with a signature that is not base64 are refused', async () => {
    for (const text of ['????', 'AAA', 'AA=A', 'A', '=', ' ', '-_-_']) {
      expect(await refusal({ img_signature: text })).toContain('not properly encoded');
    }
  });

  it('may hold a signature over several lines', async () => {
    const signature = String(properties.img_signature).replace(/(.{20})/g, '$1\r\n');
    await verifyImage({ ...properties, img_signature: signature }, { certificates });
  });

  it('are refused with this class alone, whatever they hold', async () => {
    const text = fc.oneof(fc.string(), fc.base64String({ maxLength: 300 }), fc.constant(undefined));
    const claims = fc.record({
      img_signature: text,
      img_signature_hash_method: fc.oneof(fc.constantFrom(...METHODS), text),
      img_signature_key_type: fc.oneof(fc.constantFrom(...Object.keys(KEY_TYPES)), text),
      img_signature_certificate_uuid: fc.constantFrom(...Object.keys(KEY_TYPES), 'random'),
    });
    const kept = Object.entries(identities).map(([name, { pem }]) => [name, pem] as const);
    await fc.assert(
      fc.asyncProperty(claims, fc.uint8Array({ maxLength: 64 }), async (claim, random) => {
        const setting = { certificates: { ...Object.fromEntries(kept), random } };
        await expect(verifyImage(claim, setting)).rejects.toThrow(SignatureVerificationError);
      }),
    );
  });
});

describe('the signing certificate', () => {
  it('may be DER or PEM', async () => {
    const signer = await openssl.der(identityOf('ECC_SECP384R1'));
    await verifyImage(properties, { certificates: { signer } });
  });

  it('is refused when there is none', async () => {
    expect(await refusal({}, { certificates: {} })).toContain('was not found');
  });

  it('is refused when it can not be retrieved, and the cause is kept', async () => {
    const cause = new Error('Barbican answered 503.');
    const attempt = verifyImage(properties, { certificates: { signer: cause } });
    await expect(attempt).rejects.toThrow(SignatureVerificationError);
    await expect(attempt).rejects.toMatchObject({ cause });
  });

  it('is refused when it is something else', async () => {
    const signer = new TextEncoder().encode('-----BEGIN CERTIFICATE-----\nAAAA\n');
    expect(await refusal({}, { certificates: { signer } })).toContain('not an X.509 certificate');
  });
});

describe('RSA-PSS', () => {
  it('is refused with a salt that is not the longest one', async () => {
    const signer = identityOf('RSA-PSS');
    const short = ['rsa_padding_mode:pss', 'rsa_pss_saltlen:digest'];
    const signature = await openssl.sign(signer, 'sha256', IMAGE, ...short);
    const message = await refusal(signatureProperties(signature, 'SHA-256', 'RSA-PSS'), {
      certificates: { signer: signer.pem },
    });
    expect(message).toContain('not that of the image data');
  });

  it('is refused in the older padding', async () => {
    const signer = identityOf('RSA-PSS');
    const signature = await openssl.sign(signer, 'sha256', IMAGE);
    const claim = signatureProperties(signature, 'SHA-256', 'RSA-PSS');
    await refusal(claim, { certificates: { signer: signer.pem } });
  });

  it('is refused with a key that is too short for the hash', async () => {
    const { pem } = await openssl.identity({ name: 'short', keyArgs: rsa(512) });
    const claim = signatureProperties('AAAA', 'SHA-512', 'RSA-PSS');
    expect(await refusal(claim, { certificates: { signer: pem } })).toContain('too short');
  });

  it('works with a key that is for RSA-PSS alone', async () => {
    const keyArgs = ['-algorithm', 'RSA-PSS', '-pkeyopt', 'rsa_keygen_bits:2048'];
    const signer = await openssl.identity({ name: 'pss', keyArgs });
    const signature = await sign('RSA-PSS', 'SHA-384', signer);
    const claim = signatureProperties(signature, 'SHA-384', 'RSA-PSS');
    await verifyImage(claim, { certificates: { signer: signer.pem } });
  });

  it('works with a modulus whose length is no multiple of 8', async () => {
    for (const bits of [1025, 2047]) {
      const signer = await openssl.identity({ name: 'odd', keyArgs: rsa(bits) });
      const claim = signatureProperties(
        await sign('RSA-PSS', 'SHA-256', signer),
        'SHA-256',
        'RSA-PSS',
      );
      await verifyImage(claim, { certificates: { signer: signer.pem } });
    }
  });
});

it('random bytes are no certificate, and are read without a throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(nodeSignatures.readCertificate(bytes)).toBeNull();
    }),
  );
});
