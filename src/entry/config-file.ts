// The configuration file on disk, for every command that needs it.
import { readFileSync } from 'node:fs';
import type { Environment } from '../config/environment.ts';
import { type LoadedConfig, loadConfig } from '../config/load.ts';
import { nodePemFiles, reasonOf } from './pem-files.ts';

const DEFAULT_FILE = 'glance-edge.yaml';

/** Null stands for the default file in the current folder. A file that can't be read is a mistake too. */
export function readConfigFile(
  named: string | null,
  environment: Environment,
): LoadedConfig & { readonly file: string } {
  const file = named ?? DEFAULT_FILE;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const advice = named === null ? '; name another one with --config FILE' : '';
    const message = `the configuration cannot be read: ${reasonOf(cause)}${advice}`;
    return { kind: 'mistakes', mistakes: [{ place: file, message }], file };
  }
  return { ...loadConfig({ file, text, environment, pemFiles: nodePemFiles }), file };
}
