// Loads configurations in tests: a text, variables and PEM files that are plain values.
import type { Config } from '../../src/config/config.ts';
import type { Environment } from '../../src/config/environment.ts';
import { loadConfig } from '../../src/config/load.ts';

/** The shortest configuration that is right. */
export const SHORTEST = `
default_region: RegionOne
regions:
  RegionOne:
    endpoints: [http://127.0.0.1:9292]
`;

/** The configuration that the text and the variables make; fails the test when they do not. */
export function configOf(text: string, environment: Environment = {}): Config {
  const loaded = load(text, environment);
  if (loaded.kind === 'mistakes') throw new Error(JSON.stringify(loaded.mistakes, null, 2));
  return loaded.config;
}

/** Each mistake as `place: message`; none when there are none. */
export function mistakesIn(text: string, environment: Environment = {}): readonly string[] {
  const loaded = load(text, environment);
  if (loaded.kind === 'config') return [];
  return loaded.mistakes.map(({ place, message }) => `${place}: ${message}`);
}

/** Files under /absent are not there; every other file holds its own path. */
function load(text: string, environment: Environment) {
  const read = (path: string): string => {
    if (path.startsWith('/absent')) throw new Error('cannot be read: there is no such file');
    return `PEM ${path}`;
  };
  const pemFiles = { certificates: read, privateKey: read };
  return loadConfig({ file: 'edge.yaml', text, environment, pemFiles });
}
