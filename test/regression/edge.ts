// The gateway of the regression tests: in this process, in front of one origin, with what a test sets.
import { loadConfig } from '../../src/config/load.ts';
import { type RunningGateway, startGateway } from '../../src/entry/node.ts';
import { nodePemFiles } from '../../src/entry/pem-files.ts';

/** Sections of the configuration file over the ones here. */
export type EdgeSettings = Readonly<Record<string, unknown>>;

export async function openEdge(
  endpoint: string,
  settings: EdgeSettings = {},
): Promise<RunningGateway> {
  const loaded = loadConfig({
    file: 'the test',
    // JSON is YAML too.
    text: JSON.stringify({
      listen: '127.0.0.1:0',
      admin: '127.0.0.1:0',
      default_region: 'RegionOne',
      regions: { RegionOne: { endpoints: [endpoint] } },
      log: { level: 'silent' },
      timeouts: { drain: '0s' },
      ...settings,
    }),
    environment: {},
    pemFiles: nodePemFiles,
  });
  if (loaded.kind === 'mistakes') throw new Error(JSON.stringify(loaded.mistakes));
  return startGateway(loaded.config);
}
