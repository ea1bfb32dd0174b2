// Keys, certificates and signatures made by the `openssl` command when a test asks for them.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** A key of its own and the certificate for it. */
export interface Identity {
  readonly keyPath: string;
  readonly certificatePath: string;
  readonly pem: Uint8Array;
}

export interface IdentityRequest {
  readonly name: string;
  /** Of `openssl genpkey`; an elliptic key on P-256 unless given. */
  readonly keyArgs?: readonly string[];
  /** Takes this key, instead of a new one. */
  readonly keyOf?: Identity;
  /** Signs itself unless given. */
  readonly issuer?: Identity;
  /** As `openssl req -addext` takes them. */
  readonly extensions?: readonly string[];
  /** From now on; 30 unless given. */
  readonly days?: number;
}

export interface Openssl {
  identity(request: IdentityRequest): Promise<Identity>;
  /** `openssl dgst -sign`; gives base64. */
  sign(key: Identity, hash: string, data: Uint8Array, ...options: string[]): Promise<string>;
  /** The certificate as DER. */
  der(identity: Identity): Promise<Uint8Array>;
  remove(): Promise<void>;
}

export const CA = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign'];

export const ec = (curve: string) => ['-algorithm', 'EC', '-pkeyopt', `ec_paramgen_curve:${curve}`];

export const rsa = (bits: number) => ['-algorithm', 'RSA', '-pkeyopt', `rsa_keygen_bits:${bits}`];

export async function createOpenssl(): Promise<Openssl> {
  const folder = await mkdtemp(join(tmpdir(), 'glance-edge-openssl-'));
  const configPath = join(folder, 'openssl.cnf');
  await writeFile(configPath, '[req]\ndistinguished_name = names\n[names]\n');
  let files = 0;
  const newPath = (ending: string): string => {
    files += 1;
    return join(folder, `${files}.${ending}`);
  };
  const openssl = (...args: readonly string[]) => exec('openssl', args, { encoding: 'buffer' });

  async function createKey(keyArgs: readonly string[]): Promise<string> {
    const path = newPath('key');
    if (!keyArgs.includes('DSA')) {
      await openssl('genpkey', ...keyArgs, '-out', path);
      return path;
    }
    const parameters = newPath('parameters');
    await openssl('genpkey', '-genparam', ...keyArgs, '-out', parameters);
    await openssl('genpkey', '-paramfile', parameters, '-out', path);
    return path;
  }

  return {
    async identity({ name, keyArgs = ec('P-256'), keyOf, issuer, extensions = [], days = 30 }) {
      const keyPath = keyOf?.keyPath ?? (await createKey(keyArgs));
      const path = newPath('pem');
      const signer =
        issuer === undefined ? [] : ['-CA', issuer.certificatePath, '-CAkey', issuer.keyPath];
      const added = extensions.flatMap((extension) => ['-addext', extension]);
      const subject = ['-subj', `/O=Signers/CN=${name}`, '-days', String(days)];
      const config = ['-config', configPath, '-key', keyPath, '-out', path];
      await openssl('req', '-x509', '-new', ...config, ...subject, ...signer, ...added);
      return { keyPath, certificatePath: path, pem: await readFile(path) };
    },

    async sign({ keyPath }, hash, data, ...options) {
      const path = newPath('data');
      await writeFile(path, data);
      const padding = options.flatMap((option) => ['-sigopt', option]);
      const { stdout } = await openssl('dgst', `-${hash}`, '-sign', keyPath, ...padding, path);
      return stdout.toString('base64');
    },

    async der({ certificatePath }) {
      return (await openssl('x509', '-in', certificatePath, '-outform', 'DER')).stdout;
    },

    remove: () => rm(folder, { recursive: true }),
  };
}
