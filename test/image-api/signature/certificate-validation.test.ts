import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CertificateValidationFailed } from '../../../src/image-api/errors.ts';
import { CA, createOpenssl, ec, type Identity, type Openssl } from './openssl.ts';
import { DAY, IMAGE, type Setting, signatureProperties, verifyImage } from './verifying.ts';

let openssl: Openssl;
let root: Identity;
let intermediate: Identity;
let signer: Identity;
let properties: Record<string, unknown>;

beforeAll(async () => {
  openssl = await createOpenssl();
  root = await openssl.identity({ name: 'root', extensions: CA });
  intermediate = await issue('intermediate', root, CA, 20);
  signer = await issueSigner(intermediate);
  properties = await claimOf(signer);
}, 30_000);

afterAll(() => openssl.remove());

function issue(name: string, issuer: Identity, extensions = CA, days = 30): Promise<Identity> {
  return openssl.identity({ name, issuer, extensions, days });
}

function issueSigner(issuer: Identity, days = 30): Promise<Identity> {
  return openssl.identity({ name: 'signer', issuer, days, keyArgs: ec('secp384r1') });
}

async function claimOf(identity: Identity): Promise<Record<string, unknown>> {
  const signature = await openssl.sign(identity, 'sha256', IMAGE);
  return signatureProperties(signature, 'SHA-256', 'ECC_SECP384R1');
}

/** Verifies the signer's image, trusting every certificate that is given beside the signer's. */
function verifyTrusting(
  authorities: Readonly<Record<string, Identity>>,
  setting: Partial<Setting> = {},
): Promise<void> {
  const kept = Object.entries(authorities).map(([id, { pem }]) => [id, pem] as const);
  return verifyImage(properties, {
    trustedCerts: Object.keys(authorities),
    certificates: { signer: signer.pem, ...Object.fromEntries(kept) },
    ...setting,
  });
}

async function refusal(attempt: Promise<void>): Promise<string> {
  const thrown: unknown = await attempt.catch((cause: unknown) => cause);
  if (!(thrown instanceof CertificateValidationFailed))
    throw new Error('not refused', { cause: thrown });
  expect(thrown.code).toBe('certificate-validation-failed');
  return thrown.message;
}

describe('whether the certificate is validated', () => {
  const expired = () => ({ now: Date.now() + 365 * DAY, certificates: { signer: signer.pem } });

  it('not at all, dates included, without trusted ids and with validation off', async () => {
    await verifyImage(properties, expired());
  });

  it('always when trusted ids are given, also with validation off', async () => {
    await refusal(verifyImage(properties, { ...expired(), trustedCerts: ['root'] }));
  });

  it('against nobody when the list of trusted ids is empty', async () => {
    const defaultTrustedCertificateIds = ['root', 'intermediate'];
    const setting = { trustedCerts: [], defaultTrustedCertificateIds };
    await refusal(verifyTrusting({ root, intermediate }, setting));
  });

  it('against the default ids when validation is on and no others are given', async () => {
    const setting = { trustedCerts: null, enableCertificateValidation: true };
    const defaultTrustedCertificateIds = ['root', 'intermediate'];
    await verifyTrusting({ root, intermediate }, { ...setting, defaultTrustedCertificateIds });
    const onlyRoot = { ...setting, defaultTrustedCertificateIds: ['root'] };
    await refusal(verifyTrusting({ root, intermediate }, onlyRoot));
  });

  it('is refused when validation is on and no ids are known', async () => {
    const setting = { trustedCerts: null, enableCertificateValidation: true };
    expect(await refusal(verifyTrusting({}, setting))).toContain('no trusted certificate ids');
  });
});

describe('a chain of trusted certificates', () => {
  it('leads over an intermediate to a self-signed root, in any order', async () => {
    await verifyTrusting({ root, intermediate });
    await verifyTrusting({ intermediate, root });
  });

  it('is broken without the intermediate', async () => {
    expect(await refusal(verifyTrusting({ root }))).toContain('No chain of trusted certificates');
  });

  it('is broken without a self-signed root', async () => {
    expect(await refusal(verifyTrusting({ intermediate }))).toContain('No chain');
  });

  it('takes no certificate of the same name that has another key', async () => {
    const impostor = await openssl.identity({ name: 'intermediate', extensions: CA });
    await refusal(verifyTrusting({ root, intermediate: impostor }));
    await verifyTrusting({ root, impostor, intermediate });
  });

  it('is that of a self-signed signer when it is a trusted authority itself', async () => {
    const own = await openssl.identity({
      name: 'own',
      keyArgs: ec('secp384r1'),
      extensions: CA,
    });
    const claim = await claimOf(own);
    const certificates = { signer: own.pem };
    await verifyImage(claim, { certificates, trustedCerts: ['signer'] });
    await refusal(verifyImage(claim, { certificates, trustedCerts: ['other'] }));
  });

  it('is not that of a self-signed signer that is no authority', async () => {
    const own = await openssl.identity({ name: 'own', keyArgs: ec('secp384r1') });
    const setting = { certificates: { signer: own.pem }, trustedCerts: ['signer'] };
    const message = await refusal(verifyImage(await claimOf(own), setting));
    expect(message).toContain('Trusted certificate signer can not sign certificates');
  });

  it('goes round certificates that signed each other, and ends', async () => {
    const other = await issue('other', intermediate);
    const cross = await openssl.identity({
      name: 'intermediate',
      keyOf: intermediate,
      issuer: other,
      extensions: CA,
    });
    await refusal(verifyTrusting({ cross, other }));
    await verifyTrusting({ cross, other, intermediate, root });
  });

  it('passes over trusted certificates that are missing or unreadable, and says so', async () => {
    const trustedCerts = ['gone', 'broken', 'away', 'root'];
    const broken = new Uint8Array([1, 2, 3]);
    const certificates = {
      signer: signer.pem,
      root: root.pem,
      intermediate: intermediate.pem,
      broken,
      away: new Error('not now'),
    };
    const all = [...trustedCerts, 'intermediate'];
    await verifyImage(properties, { certificates, trustedCerts: all });
    const message = await refusal(verifyImage(properties, { certificates, trustedCerts }));
    expect(message).toContain('gone does not exist');
    expect(message).toContain('broken is not an X.509 certificate');
    expect(message).toContain('away can not be retrieved');
  });

  it('is not looked for among any number of ids', async () => {
    const trustedCerts = Array.from({ length: 201 }, (_, at) => `id-${at}`);
    expect(await refusal(verifyTrusting({ root }, { trustedCerts }))).toContain('More than 200');
  });
});

describe('the dates', () => {
  it('refuse a signing certificate that has expired', async () => {
    const now = Date.now() + 31 * DAY;
    const message = await refusal(verifyTrusting({ root, intermediate }, { now }));
    expect(message).toBe('The signing certificate has expired.');
  });

  it('refuse a signing certificate that is not valid yet', async () => {
    const now = Date.now() - DAY;
    const message = await refusal(verifyTrusting({ root, intermediate }, { now }));
    expect(message).toBe('The signing certificate is not valid yet.');
  });

  it('refuse a chain over an authority that has expired', async () => {
    const now = Date.now() + 25 * DAY;
    const message = await refusal(verifyTrusting({ root, intermediate }, { now }));
    expect(message).toContain('Trusted certificate intermediate has expired');
  });
});

describe('an intermediate', () => {
  const USAGE = 'keyUsage=critical,keyCertSign';

  it.each([
    ['has no basic constraints', [USAGE]],
    ['do not mark it as a CA', ['basicConstraints=CA:FALSE', USAGE]],
    ['has no key usage', ['basicConstraints=CA:TRUE']],
    ['lacks keyCertSign', ['basicConstraints=CA:TRUE', 'keyUsage=digitalSignature,cRLSign']],
  ])('is passed over when it %s', async (reason, extensions) => {
    const plain = await openssl.identity({
      name: 'intermediate',
      keyOf: intermediate,
      issuer: root,
      extensions,
    });
    const message = await refusal(verifyTrusting({ root, plain }));
    expect(message).toContain('Trusted certificate plain can not sign certificates');
    expect(message).toContain(reason);
  });
});

describe('a path length', () => {
  const limited = (pathLength: number) => [
    `basicConstraints=critical,CA:TRUE,pathlen:${pathLength}`,
    'keyUsage=critical,keyCertSign',
  ];

  /** The root again, with the same key and a limit. */
  const limitedRoot = (pathLength: number) =>
    openssl.identity({ name: 'root', keyOf: root, extensions: limited(pathLength) });

  it('allows as many certificates between its own and the signing one', async () => {
    await verifyTrusting({ root: await limitedRoot(1), intermediate });
    await verifyTrusting({ root: await limitedRoot(300), intermediate });
  });

  it('refuses more', async () => {
    const message = await refusal(verifyTrusting({ root: await limitedRoot(0), intermediate }));
    expect(message).toContain('does not allow a chain of that length');
  });

  it('of 0 still allows the signing certificate itself', async () => {
    const below = await issueSigner(root);
    const certificates = { signer: below.pem, root: (await limitedRoot(0)).pem };
    await verifyImage(await claimOf(below), { certificates, trustedCerts: ['root'] });
  });

  it('of an intermediate counts what is below that one', async () => {
    const first = await issue('first', root, limited(0));
    const second = await issue('second', first);
    const below = await issueSigner(second);
    const certificates = {
      signer: below.pem,
      root: root.pem,
      first: first.pem,
      second: second.pem,
    };
    const attempt = verifyImage(await claimOf(below), {
      certificates,
      trustedCerts: ['root', 'first', 'second'],
    });
    expect(await refusal(attempt)).toContain('does not allow a chain of that length');
  });
});
