// Downloading: where the data goes, what is checked, what is left behind when it is wrong.
import { execFile } from 'node:child_process';
import { open, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import {
  CorruptImageDownload,
  type DirectUrlHandler,
  ImageNotAuthorized,
  ImageNotFound,
  ImageUnacceptable,
  SignatureVerificationError,
} from '../../src/index.ts';
import { isDownload, isRecord } from '../support/ledger.ts';
import { OTHER, READER } from '../support/trouble-origin.ts';
import { createOpenssl } from './signature/openssl.ts';
import { signatureProperties } from './signature/verifying.ts';
import { AS_OWNER, bytesOf, openFolder, openStage, thrownBy } from './stage/stage.ts';
import { json, stagedGlance } from './stage/staged-glance.ts';

const MIB = 1024 * 1024;
const ID = '4c3a4a9e-0b1f-4f8e-9a0c-0c9d3a5d7e11';

test('with destPath alone, the data is written to that file, over what it held', async () => {
  const { api, origin } = await openStage();
  const image = await origin.seed({ size: 5 * MIB + 3 });
  const destPath = join(await openFolder(), 'image');
  await writeFile(destPath, Buffer.alloc(6 * MIB));
  expect(await api.download(AS_OWNER, image.id, { destPath })).toBe(undefined);
  expect((await readFile(destPath)).equals(image.data)).toBe(true);
});

test('with data, it is written to and not closed, and destPath counts for nothing', async () => {
  const { api, origin } = await openStage();
  const image = await origin.seed({ size: 3 * MIB });
  const folder = await openFolder();
  const handle = await open(join(folder, 'handle'), 'w');
  const webPieces: Uint8Array[] = [];
  let webClosed = false;
  const web = new WritableStream<Uint8Array>({
    write: (piece) => void webPieces.push(piece),
    close: () => {
      webClosed = true;
    },
  });
  const nodePieces: Uint8Array[] = [];
  const node = new Writable({
    highWaterMark: 1,
    write(piece: Uint8Array, _, done) {
      nodePieces.push(piece);
      setImmediate(done);
    },
  });
  const plain: Uint8Array[] = [];
  const destPath = join(folder, 'unused');
  await api.download(AS_OWNER, image.id, { data: handle, destPath });
  await api.download(AS_OWNER, image.id, { data: web });
  await api.download(AS_OWNER, image.id, { data: node });
  await api.download(AS_OWNER, image.id, { data: { write: (piece) => plain.push(piece) } });
  await handle.close();
  expect((await readFile(join(folder, 'handle'))).equals(image.data)).toBe(true);
  for (const pieces of [webPieces, nodePieces, plain]) {
    expect(Buffer.concat(pieces).equals(image.data)).toBe(true);
  }
  expect([webClosed, web.locked, node.writableEnded]).toEqual([false, false, false]);
  expect(await thrownBy(() => stat(destPath))).toMatchObject({ code: 'ENOENT' });
});

test('with neither, the data comes as a stream, whole although it was verified', async () => {
  const { api, origin } = await openStage();
  const image = await origin.seed({ size: 3 * MIB + 1 });
  const stream = await api.download(AS_OWNER, image.id);
  expect((await bytesOf(stream)).equals(image.data)).toBe(true);
});

test('a stream that is left early takes no more from Glance', async () => {
  const { api, origin } = await openStage();
  const image = await origin.seed({ size: 20 * MIB });
  for await (const piece of await api.download(AS_OWNER, image.id)) {
    expect(piece.byteLength).toBe(MIB);
    break;
  }
  await origin.ledger.until((ledger) => ledger.calls.some(({ end }) => end === 'gone'));
  await (await api.download(AS_OWNER, image.id)).cancel();
  await origin.ledger.until((ledger) => ledger.count(({ end }) => end === 'gone') === 2);
});

test('a pipe is written to and neither synced, emptied nor removed', async () => {
  const { api, origin } = await openStage();
  const image = await origin.seed({ size: 2 * MIB });
  const path = join(await openFolder(), 'pipe');
  await promisify(execFile)('mkfifo', [path]);
  const reading = readFile(path);
  await api.download(AS_OWNER, image.id, { destPath: path });
  expect((await reading).equals(image.data)).toBe(true);
  origin.trouble({ on: isDownload, trouble: { kind: 'flip', at: 5 } });
  const again = readFile(path);
  const error = await thrownBy(() => api.download(AS_OWNER, image.id, { destPath: path }));
  expect(error).toBeInstanceOf(CorruptImageDownload);
  await again;
  expect((await stat(path)).isFIFO()).toBe(true);
});

test('progress tells bytes and total, in order, to the end', async () => {
  const { api, origin } = await openStage();
  const image = await origin.seed({ size: 2 * MIB + 5 });
  const destPath = join(await openFolder(), 'image');
  const told: unknown[] = [];
  await api.download(AS_OWNER, image.id, { destPath, onProgress: (now) => told.push(now) });
  const total = 2 * MIB + 5;
  expect(told).toEqual([MIB, 2 * MIB, total].map((bytes) => ({ bytes, total })));
});

test('an image without data is ImageUnacceptable', async () => {
  const { api } = await openStage();
  const { id } = await api.create(AS_OWNER, { diskFormat: 'raw', containerFormat: 'bare' });
  expect(await thrownBy(() => api.download(AS_OWNER, id))).toBeInstanceOf(ImageUnacceptable);
});

test('an image of no bytes is downloaded as an empty file and as an empty stream', async () => {
  const { api } = await openStage();
  const { id } = await api.create(AS_OWNER, { size: 0 });
  const destPath = join(await openFolder(), 'image');
  await api.download(AS_OWNER, id, { destPath });
  expect((await stat(destPath)).size).toBe(0);
  expect((await bytesOf(await api.download(AS_OWNER, id))).byteLength).toBe(0);
});

test('who may not download is told so as Glance does, and no file is made', async () => {
  const { api, origin } = await openStage();
  const image = await origin.seed({ size: 10 });
  const destPath = join(await openFolder(), 'image');
  for (const [authToken, kind] of [
    [READER, ImageNotAuthorized],
    [OTHER, ImageNotFound],
  ] as const) {
    const error = await thrownBy(() => api.download({ authToken }, image.id, { destPath }));
    expect(error).toBeInstanceOf(kind);
  }
  expect(await thrownBy(() => stat(destPath))).toMatchObject({ code: 'ENOENT' });
});

test('data with a wrong byte is refused, its file removed, and its stream never ends well', async () => {
  const { api, origin } = await openStage();
  const image = await origin.seed({ size: 3 * MIB });
  origin.trouble({ on: isDownload, trouble: { kind: 'flip', at: 2 * MIB } });
  const destPath = join(await openFolder(), 'image');
  const error = await thrownBy(() => api.download(AS_OWNER, image.id, { destPath }));
  expect(error).toBeInstanceOf(CorruptImageDownload);
  expect(await thrownBy(() => stat(destPath))).toMatchObject({ code: 'ENOENT' });
  let received = 0;
  const broken = await thrownBy(async () => {
    for await (const piece of await api.download(AS_OWNER, image.id)) received += piece.byteLength;
  });
  expect(broken).toBeInstanceOf(CorruptImageDownload);
  expect(received).toBe(2 * MIB);
});

test.each([
  ['os_hash_value', { os_hash_algo: 'sha256', os_hash_value: zeros(64) }, false],
  [
    'checksum where the algorithm is unknown',
    { os_hash_algo: 'crc', os_hash_value: 'x', checksum: zeros(32) },
    false,
  ],
  ['checksum where there is no hash', { checksum: zeros(32) }, false],
  ['Content-MD5 where there is neither', {}, false],
  ['nothing but the size where there is none at all', {}, true],
])('the data is held against %s', async (_, fields, isTaken) => {
  const data = Buffer.from('data');
  const md5 = isTaken ? {} : { 'Content-Md5': zeros(32) };
  const { api } = stagedGlance(({ line }) => {
    if (!line.endsWith('/file')) return json({ id: ID, status: 'active', size: 4, ...fields });
    return new Response(data, { headers: { 'Content-Length': '4', ...md5 } });
  });
  const downloading = api.download(AS_OWNER, ID).then(bytesOf);
  if (isTaken) expect((await downloading).equals(data)).toBe(true);
  else expect(await thrownBy(() => downloading)).toBeInstanceOf(CorruptImageDownload);
});

test('a wrong size is refused', async () => {
  const { api } = stagedGlance(({ line }) =>
    line.endsWith('/file') ? new Response('data') : json({ id: ID, status: 'active', size: 5 }),
  );
  const error = await thrownBy(() => api.download(AS_OWNER, ID).then(bytesOf));
  expect(error).toBeInstanceOf(CorruptImageDownload);
});

test('a sink that fails ends the download with its own error', async () => {
  const { api, origin } = await openStage();
  const image = await origin.seed({ size: 4 * MIB });
  const full = new Error('no space left');
  const write = (): never => {
    throw full;
  };
  expect(await thrownBy(() => api.download(AS_OWNER, image.id, { data: { write } }))).toBe(full);
  const destPath = '/nowhere/at/all';
  const error = await thrownBy(() => api.download(AS_OWNER, image.id, { destPath }));
  expect(error).toMatchObject({ code: 'ENOENT' });
  await origin.ledger.idle();
});

test('the signature is checked before a byte moves, and a bad one empties what was written', async () => {
  const openssl = await createOpenssl();
  const signer = await openssl.identity({ name: 'signer' });
  const certificates = { get: async () => signer.pem };
  const { api, origin } = await openStage({ verifySignatures: true, certificates });
  const data = Buffer.alloc(2 * MIB, 'signed');
  const info = { diskFormat: 'raw', containerFormat: 'bare' };
  const unsigned = await api.create(AS_OWNER, info, data);
  const refused = await thrownBy(() => api.download(AS_OWNER, unsigned.id));
  expect(refused).toBeInstanceOf(SignatureVerificationError);
  expect(origin.ledger.count(isDownload)).toBe(0);

  const signed = async (text: Uint8Array): Promise<string> => {
    const key = await openssl.identity({
      name: 'signer',
      keyArgs: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:secp384r1'],
    });
    certificates.get = async () => key.pem;
    const signature = await openssl.sign(key, 'sha256', text);
    const properties = signatureProperties(signature, 'SHA-256', 'ECC_SECP384R1');
    return (await api.create(AS_OWNER, { ...info, properties }, data)).id;
  };
  const folder = await openFolder();
  const destPath = join(folder, 'image');
  await api.download(AS_OWNER, await signed(data), { destPath });
  expect((await readFile(destPath)).equals(data)).toBe(true);

  const wrong = await signed(Buffer.from('something else'));
  const handle = await open(join(folder, 'handle'), 'w');
  for (const options of [{ destPath }, { data: handle }]) {
    const error = await thrownBy(() => api.download(AS_OWNER, wrong, options));
    expect(error).toBeInstanceOf(SignatureVerificationError);
  }
  expect((await handle.stat()).size).toBe(0);
  await handle.close();
  expect(await thrownBy(() => stat(destPath))).toMatchObject({ code: 'ENOENT' });
  await openssl.remove();
});

test('trustedCerts ask for a signature even where verifySignatures is off', async () => {
  const { api, origin } = await openStage();
  const image = await origin.seed({ size: 10 });
  const error = await thrownBy(() => api.download(AS_OWNER, image.id, { trustedCerts: ['a'] }));
  expect(error).toBeInstanceOf(SignatureVerificationError);
});

test('locations are read past Glance where the scheme is allowed, checked, and else left for HTTP', async () => {
  const data = Buffer.from('data behind a location');
  const tried: string[] = [];
  const handler: DirectUrlHandler = {
    schemes: ['file'],
    async download(url, metadata, destPath) {
      tried.push(url.pathname);
      if (url.pathname === '/broken') throw new Error('broken');
      if (url.pathname === '/elsewhere') return false;
      await writeFile(destPath, url.pathname === '/good' ? data : 'bad data');
      return metadata.store === 'fast';
    },
  };
  const location = (path: string) => ({ url: `file://${path}`, metadata: { store: 'fast' } });
  const record = (paths: readonly string[]) => ({
    id: ID,
    status: 'active',
    size: data.byteLength,
    locations: paths.map(location),
  });
  const destPath = join(await openFolder(), 'image');
  const run = async (paths: readonly string[], allowed: readonly string[]) => {
    tried.length = 0;
    const { api, lines } = stagedGlance(
      ({ line }) => (line.endsWith('/file') ? new Response(data) : json(record(paths))),
      { directUrlHandlers: [handler], allowedDirectUrlSchemes: allowed },
    );
    await api.download(AS_OWNER, ID, { destPath });
    expect((await readFile(destPath)).equals(data)).toBe(true);
    return [tried.join(' '), lines().some((line) => line.endsWith('/file')) ? 'http' : 'direct'];
  };
  const all = ['/elsewhere', '/broken', '/bad', '/good'];
  expect(await run(all, ['file'])).toEqual([all.join(' '), 'direct']);
  expect(await run(['/broken', '/bad'], ['file'])).toEqual(['/broken /bad', 'http']);
  expect(await run(all, [])).toEqual(['', 'http']);
});

test('the record is read once for a download', async () => {
  const { api, origin } = await openStage();
  const image = await origin.seed({ size: 10 });
  await bytesOf(await api.download(AS_OWNER, image.id));
  expect(origin.ledger.count(isRecord)).toBe(1);
});

/** A hash of that length which nothing has. */
function zeros(digits: number): string {
  return '0'.repeat(digits);
}
