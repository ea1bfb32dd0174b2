// PEM files on Node: read whole, and tried, so that the gateway never starts with one it can't use.
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { PemFiles } from '../config/pem-files.ts';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

export const nodePemFiles: PemFiles = {
  certificates(path) {
    const text = read(path);
    const blocks = text.match(CERTIFICATE) ?? [];
    if (blocks.length === 0) throw new Error('holds no certificate in PEM form');
    for (const [index, block] of blocks.entries()) {
      if (parsed(() => new X509Certificate(block)) === null) {
        throw new Error(`holds a damaged certificate, number ${index + 1}`);
      }
    }
    return text;
  },

  privateKey(path, certificates) {
    const text = read(path);
    const key: KeyObject | null = parsed(() => createPrivateKey(text));
    if (key === null) throw new Error('holds no private key in PEM form that is not encrypted');
    if (certificates !== null && !new X509Certificate(certificates).checkPrivateKey(key)) {
      throw new Error('holds the key of another certificate');
    }
    return text;
  },
};

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Error(`cannot be read: ${reasonOf(cause)}`, { cause });
  }
}

/** Why a file can't be read, in words. */
export function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return REASONS[code] ?? (code || 'unknown reason');
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'this user may not read it',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
};

function parsed<T>(parse: () => T): T | null {
  try {
    return parse();
  } catch {
    return null;
  }
}
