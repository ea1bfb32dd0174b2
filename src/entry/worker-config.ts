// The configuration of a Worker: the same file as everywhere, as text in a variable, with the same
// variables over it; without what an isolate cannot have.
import type { Config } from '../config/config.ts';
import { type LoadedConfig, loadConfig } from '../config/load.ts';
import type { Mistake } from '../config/mistake.ts';
import type { PemFiles } from '../config/pem-files.ts';
import type { WorkerVariables } from './worker-platform.ts';

/** The variable that holds the text of the configuration file. */
export const CONFIG_VARIABLE = 'GLANCE_EDGE_CONFIG';

/** `listen` and `admin` are left unread: the platform listens, and there is no admin face. */
export function readWorkerConfig(variables: WorkerVariables): LoadedConfig {
  const { [CONFIG_VARIABLE]: text, ...others } = texts(variables);
  if (text === undefined) {
    const message = 'is missing: it holds the configuration as YAML';
    return { kind: 'mistakes', mistakes: [{ place: CONFIG_VARIABLE, message }] };
  }
  const loaded = loadConfig({
    file: CONFIG_VARIABLE,
    text,
    environment: others,
    pemFiles: noFiles,
  });
  if (loaded.kind === 'mistakes') return loaded;
  const mistakes = [...unavailable(loaded.config)];
  return mistakes.length > 0 ? { kind: 'mistakes', mistakes } : loaded;
}

function texts(variables: WorkerVariables): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).filter((entry): entry is [string, string] => {
      return typeof entry[1] === 'string';
    }),
  );
}

/** The platform keeps certificates: `tls` and `ca` name files that no Worker can read. */
const noFiles: PemFiles = {
  certificates: refuseFile,
  privateKey: refuseFile,
};

function refuseFile(): never {
  throw new Error('cannot be read: a Worker has no files');
}

function* unavailable({ cache, workers, tracing }: Config): Iterable<Mistake> {
  const mistake = (message: string): Mistake => ({ place: CONFIG_VARIABLE, message });
  if (cache.tiers.length > 0) {
    yield mistake('cache.tiers is not for Workers: they have neither disks nor Redis, only memory');
  }
  if (workers !== 1) {
    yield mistake('workers is not for Workers: the platform starts as many as it takes');
  }
  if (tracing.otlpEndpoint !== null) {
    yield mistake('tracing.otlp_endpoint is not for Workers: they record no spans');
  }
}
