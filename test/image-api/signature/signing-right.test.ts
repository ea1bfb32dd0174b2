import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDerValues } from '../../../src/image-api/signature/der.ts';
import { readSigningRight } from '../../../src/image-api/signature/signing-right.ts';
import { CA, createOpenssl, type Openssl } from './openssl.ts';

describe('DER', () => {
  it('is read value by value, with lengths of any form', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ size: '+2', maxLength: 70_000 })), (contents) => {
        const values = readDerValues(Buffer.concat(contents.map((content) => encode(4, content))));
        expect(values?.map(({ tag }) => tag)).toEqual(contents.map(() => 4));
        expect(values?.map(({ content }) => hex(content))).toEqual(contents.map(hex));
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    ['a tag without a length', [0x04]],
    ['a tag of several octets', [0x1f, 0x81, 0x00]],
    ['an indefinite length', [0x30, 0x80, 0x00, 0x00]],
    ['a length of five octets', [0x04, 0x85, 0, 0, 0, 0, 1, 0]],
    ['a length that is cut short', [0x04, 0x82, 0x01]],
    ['content that is cut short', [0x04, 0x02, 0x01]],
    ['a length of 4 GiB', [0x04, 0x84, 0xff, 0xff, 0xff, 0xff]],
  ])('is not read with %s', (_, octets) => {
    expect(readDerValues(Uint8Array.from(octets))).toBeNull();
  });

  it('is read from random bytes without a throw, and gives no more than they hold', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const values = readDerValues(bytes) ?? [];
        const total = values.reduce((sum, { content }) => sum + 2 + content.length, 0);
        expect(total).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });
});

describe('the right to sign certificates', () => {
  let openssl: Openssl;
  let authority: Uint8Array;

  beforeAll(async () => {
    openssl = await createOpenssl();
    authority = await derWith(CA);
  });

  afterAll(() => openssl.remove());

  async function derWith(extensions: readonly string[]): Promise<Uint8Array> {
    return openssl.der(await openssl.identity({ name: 'any', extensions }));
  }

  it('has no limit without a path length', () => {
    expect(readSigningRight(authority)).toEqual({
      kind: 'authority',
      maxIntermediates: Number.POSITIVE_INFINITY,
    });
  });

  it.each([0, 1, 127, 128, 65_536])('has the path length %i as its limit', async (limit) => {
    const constraints = `basicConstraints=CA:TRUE,pathlen:${limit}`;
    expect(readSigningRight(await derWith([constraints, 'keyUsage=keyCertSign']))).toEqual({
      kind: 'authority',
      maxIntermediates: limit,
    });
  });

  it('is found among other extensions', async () => {
    const others = ['subjectAltName=DNS:signer.example', 'extendedKeyUsage=codeSigning'];
    expect(readSigningRight(await derWith([...others, ...CA])).kind).toBe('authority');
  });

  it('is none where an extension comes twice', () => {
    const constraints = extension('551d13', encode(0x30, encode(1, Uint8Array.of(0xff))));
    const usage = extension('551d0f', encode(3, Uint8Array.of(2, 0x04)));
    expect(readSigningRight(certificate(constraints, usage)).kind).toBe('authority');
    expect(readSigningRight(certificate(constraints, usage, constraints))).toEqual({
      kind: 'none',
      reason: 'its extensions can not be read',
    });
  });

  it('is none with a path length below 0, or beyond what is read', () => {
    const usage = extension('551d0f', encode(3, Uint8Array.of(2, 0x04)));
    for (const octets of [[0x80], [], [1, 0, 0, 0, 0]]) {
      const isAuthority = encode(1, Uint8Array.of(0xff));
      const limit = encode(2, Uint8Array.from(octets));
      const constraints = extension('551d13', encode(0x30, isAuthority, limit));
      expect(readSigningRight(certificate(constraints, usage)).kind).toBe('none');
    }
  });

  it('is read without a throw from certificates with wrong bytes, and from random ones', () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(changes, fc.nat(), (changed, cut) => {
        const broken = Uint8Array.from(authority);
        for (const [at, octet] of changed) broken[at % broken.length] = octet;
        expect(['none', 'authority']).toContain(readSigningRight(broken).kind);
        expect(readSigningRight(broken.subarray(0, cut % broken.length)).kind).toBe('none');
      }),
      { numRuns: 1000 },
    );
    fc.assert(fc.property(fc.uint8Array(), (bytes) => readSigningRight(bytes).kind === 'none'));
  });
});

/** A certificate that holds nothing but extensions. */
function certificate(...extensions: readonly Uint8Array[]): Uint8Array {
  return encode(0x30, encode(0x30, encode(0xa3, encode(0x30, ...extensions))));
}

function extension(id: string, value: Uint8Array): Uint8Array {
  return encode(0x30, encode(6, Buffer.from(id, 'hex')), encode(4, value));
}

function encode(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(contents);
  const { length } = content;
  const head = length < 128 ? [tag, length] : [tag, 0x83, length >> 16, length >> 8, length];
  return Buffer.concat([Uint8Array.from(head), content]);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
