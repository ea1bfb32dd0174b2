// Certificate sources and direct-URL handlers with what Node lends them: what ImageApi's options take.
import { readFile } from 'node:fs/promises';
import { nodeDirectFiles } from '../adapters/node/direct-files.ts';
import { runProgram } from '../adapters/node/run-program.ts';
import {
  createFileHandler,
  createRbdHandler,
  type DirectUrlHandler,
  type FileHandlerOptions,
  type RbdHandlerOptions,
} from '../image-api/direct-url/handlers.ts';
import {
  type BarbicanOptions,
  createBarbicanCertificates,
} from '../image-api/signature/barbican.ts';
import { createFolderCertificates } from '../image-api/signature/folder.ts';
import type { CertificateSource } from '../image-api/signature/verifier.ts';

/** Certificates as files of a folder: `<id>.pem`, `.crt`, `.cer`, `.der` or `<id>`, in PEM or DER. */
export function folderCertificates(folder: string): CertificateSource {
  return createFolderCertificates(folder, (path) => readFile(path));
}

/** Certificates in Barbican, OpenStack's key manager. */
export function barbicanCertificates({
  fetch = globalThis.fetch,
  ...options
}: Omit<BarbicanOptions, 'fetch'> & Partial<Pick<BarbicanOptions, 'fetch'>>): CertificateSource {
  return createBarbicanCertificates({ ...options, fetch });
}

/** Reads `file:` and `filesystem:` locations from file systems that are mounted here too. */
export function fileHandler(options: Omit<FileHandlerOptions, 'files'>): DirectUrlHandler {
  return createFileHandler({ ...options, files: nodeDirectFiles });
}

/** Reads `rbd:` locations by Ceph's `rbd` program. */
export function rbdHandler(options: Omit<RbdHandlerOptions, 'files' | 'run'>): DirectUrlHandler {
  return createRbdHandler({ ...options, files: nodeDirectFiles, run: runProgram });
}
