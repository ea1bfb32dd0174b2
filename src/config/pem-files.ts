// The files that the configuration names: read while it is loaded, so that a certificate that
// can't be used is a mistake like any other.
import type { Problem } from './mistake.ts';
import { type Path, valueAt } from './path.ts';

/** Reads PEM files. Each method throws an Error whose message completes "the file …, which …". */
export interface PemFiles {
  /** The text of a file with one certificate or more. */
  certificates(path: string): string;
  /** The text of a file with the private key of the first of those certificates. */
  privateKey(path: string, certificates: string | null): string;
}

export interface ReadFiles {
  /** Texts by path of the configuration key, as JSON. */
  readonly texts: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
}

/** Reads every file that a key names well enough; the schema complains about the others. */
export function readPemFiles(data: unknown, files: PemFiles): ReadFiles {
  const texts = new Map<string, string>();
  const problems: Problem[] = [];
  const read = (path: Path, reader: (file: string) => string): void => {
    const file = valueAt(data, path);
    if (typeof file !== 'string' || file === '') return;
    try {
      texts.set(JSON.stringify(path), reader(file));
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : 'cannot be read';
      problems.push({ path, message: `names the file ${file}, which ${reason}` });
    }
  };
  read(['tls', 'cert'], (file) => files.certificates(file));
  const certificates = texts.get(JSON.stringify(['tls', 'cert'])) ?? null;
  read(['tls', 'key'], (file) => files.privateKey(file, certificates));
  const regions = valueAt(data, ['regions']);
  for (const name of Object.keys(regions ?? {})) {
    read(['regions', name, 'ca'], (file) => files.certificates(file));
  }
  return { texts, problems };
}
