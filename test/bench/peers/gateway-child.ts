// The gateway as `serve` runs it, with an ear on its event loop: for the benchmark alone.
import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { loadConfig } from '../../../src/config/load.ts';
import { startGateway } from '../../../src/entry/node.ts';
import { nodePemFiles } from '../../../src/entry/pem-files.ts';
import { answerParent, tellParent } from '../measure/conversation.ts';

/** Fine enough for the bound of 30 ms, and two hundred wake-ups a second are no load. */
const RESOLUTION_MS = 5;

const [file = ''] = process.argv.slice(2);
const text = readFileSync(file, 'utf8');
const loaded = loadConfig({ file, text, environment: {}, pemFiles: nodePemFiles });
if (loaded.kind !== 'config') throw new Error(loaded.mistakes.map((m) => m.message).join('\n'));
const gateway = await startGateway(loaded.config);
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();

answerParent(async () => {
  const beyond = (ns: number): number => Math.max(0, ns / 1e6 - RESOLUTION_MS);
  const told = { longestMs: beyond(delay.max), p999Ms: beyond(delay.percentile(99.9)) };
  delay.reset();
  return told;
});
process.on('SIGTERM', () => {
  void gateway.close().then(() => process.exit(0));
});
tellParent({ url: gateway.apiUrl, admin: gateway.adminUrl });
