// The secret is made once, belongs to its owner alone, and is never replaced.
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadOrCreateSecret } from '../../../src/adapters/disk/secret.ts';
import { makeFolder, removeFolder } from './folder.ts';

let path: string;

beforeEach(async () => {
  path = await makeFolder();
});

afterEach(async () => {
  await removeFolder(path);
});

test('is 32 random bytes that only the owner may read, the same ever after', async () => {
  const file = join(path, 'not', 'there', 'secret');
  const secret = await loadOrCreateSecret(file);
  expect(secret.byteLength).toBe(32);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(Buffer.compare(await loadOrCreateSecret(file), secret)).toBe(0);
  const other = await loadOrCreateSecret(join(path, 'other'));
  expect(Buffer.compare(other, secret)).not.toBe(0);
});

test('those who start together get the same one, and nothing else is left', async () => {
  const file = join(path, 'secret');
  const secrets = await Promise.all(Array.from({ length: 8 }, () => loadOrCreateSecret(file)));
  for (const secret of secrets) expect(Buffer.compare(secret, secrets[0] ?? secret)).toBe(0);
  expect(await readdir(path)).toEqual(['secret']);
});

test('a file with something else in it is left alone', async () => {
  const file = join(path, 'secret');
  await writeFile(file, 'too short');
  await expect(loadOrCreateSecret(file)).rejects.toThrow('holds 9 bytes instead of 32');
});
