import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CertificateSource } from '../../../src/image-api/signature/certificate-source.ts';
import { createFolderCertificates } from '../../../src/image-api/signature/folder.ts';

let parent: string;
let certificates: CertificateSource;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'glance-edge-folder-'));
  await mkdir(join(parent, 'trusted'));
  certificates = createFolderCertificates(join(parent, 'trusted'), (path) => readFile(path));
});

afterEach(() => rm(parent, { recursive: true }));

it.each(['root.pem', 'root.crt', 'root.cer', 'root.der', 'root'])(
  'a certificate is the content of a file called %s',
  async (name) => {
    await writeFile(join(parent, 'trusted', name), 'content');
    expect(Buffer.from((await certificates.get('root')) ?? []).toString()).toBe('content');
  },
);

it('a certificate without a file is null', async () => {
  expect(await certificates.get('root')).toBeNull();
});

it('no id leads out of the folder', async () => {
  await writeFile(join(parent, 'secret.pem'), 'secret');
  for (const id of ['../secret', '..', '.', '', 'trusted/../../secret', '\0', 'secret.pem']) {
    expect(await certificates.get(id)).toBeNull();
  }
});

it('a file that can not be read is an error, not a missing certificate', async () => {
  await mkdir(join(parent, 'trusted', 'root.pem'));
  await expect(certificates.get('root')).rejects.toThrow('EISDIR');
});
