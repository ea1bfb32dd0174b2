import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { nodePemFiles } from '../../src/entry/pem-files.ts';
import { createSelfSigned } from '../support/self-signed.ts';

const folder = mkdtempSync(join(tmpdir(), 'glance-edge-pem-'));
afterAll(() => rmSync(folder, { recursive: true }));

const { cert, key } = createSelfSigned();
const encrypted = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' },
}).privateKey;

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test('certificates and their key are read as they are', () => {
  const chain = cert + createSelfSigned().cert;
  expect(nodePemFiles.certificates(file('chain.pem', chain))).toBe(chain);
  expect(nodePemFiles.privateKey(file('edge.key', key), chain)).toBe(key);
  expect(nodePemFiles.privateKey(file('edge.key', key), null)).toBe(key);
});

test.each([
  ['nothing.pem', '', 'holds no certificate in PEM form'],
  ['words.pem', 'not a certificate', 'holds no certificate in PEM form'],
  ['key.pem', key, 'holds no certificate in PEM form'],
  ['damaged.pem', cert + cert.replace(/\n.{20}/, '\n'), 'holds a damaged certificate, number 2'],
])('%s is no file of certificates', (name, text, message) => {
  const path = file(name, text);
  expect(() => nodePemFiles.certificates(path)).toThrow(message);
});

test.each([
  ['words.key', 'not a key', 'holds no private key in PEM form that is not encrypted'],
  ['encrypted.key', encrypted, 'holds no private key in PEM form that is not encrypted'],
  ['other.key', createSelfSigned().key, 'holds the key of another certificate'],
])('%s is not the key', (name, text, message) => {
  const path = file(name, text);
  expect(() => nodePemFiles.privateKey(path, cert)).toThrow(message);
});

test('a file that is not there and a folder say so', () => {
  expect(() => nodePemFiles.certificates(join(folder, 'absent'))).toThrow('there is no such file');
  expect(() => nodePemFiles.certificates(folder)).toThrow('it is a folder');
});
