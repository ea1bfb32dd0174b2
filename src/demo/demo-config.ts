// The gateway's configuration in the demo, written as an operator would write it.
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import { nodePemFiles } from '../entry/pem-files.ts';

export function demoConfig(places: {
  /** Endpoints of the two regions. */
  readonly one: string;
  readonly two: string;
  /** Folder of the disk tier. */
  readonly cache: string;
}): Config {
  const loaded = loadConfig({
    file: 'the demo',
    text: configText(places),
    // The demo is the same on every machine.
    environment: {},
    pemFiles: nodePemFiles,
  });
  if (loaded.kind === 'config') return loaded.config;
  const mistakes = loaded.mistakes.map(({ place, message }) => `${place}: ${message}`);
  throw new Error(mistakes.join('\n'));
}

/** Memory is kept small, so that a warm download shows what the disk tier does. */
const configText = ({ one, two, cache }: { one: string; two: string; cache: string }): string =>
  `
listen: 127.0.0.1:0
admin: 127.0.0.1:0
default_region: RegionOne
regions:
  RegionOne:
    endpoints: [${one}]
  RegionTwo:
    endpoints: [${two}]
cache:
  memory: 64MiB
  tiers:
    - { store: disk, path: ${JSON.stringify(cache)}, max_size: 40GiB }
log:
  level: warn
`.trimStart();
