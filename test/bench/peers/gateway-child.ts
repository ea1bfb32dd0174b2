// The gateway as `serve` runs it, with an ear on its event loop: for the benchmark alone.
import { readFileSync } from 'node:fs';
import { loadConfig } from '../../../src/config/load.ts';
import { startGateway } from '../../../src/entry/node.ts';
import { nodePemFiles } from '../../../src/entry/pem-files.ts';
import { startWorkers } from '../../../src/entry/workers/primary.ts';
import { answerParent, tellParent } from '../measure/conversation.ts';
import { watchEventLoop } from './event-loop-watch.ts';

const [file = ''] = process.argv.slice(2);
const text = readFileSync(file, 'utf8');
const loaded = loadConfig({ file, text, environment: {}, pemFiles: nodePemFiles });
if (loaded.kind !== 'config') throw new Error(loaded.mistakes.map((m) => m.message).join('\n'));
const { config } = loaded;
const gateway = await (config.workers === 1 ? startGateway(config) : startWorkers(config));
const figures = watchEventLoop();

answerParent(async () => figures());
process.on('SIGTERM', () => {
  void gateway.close().then(() => process.exit(0));
});
tellParent({ url: gateway.apiUrl, admin: gateway.adminUrl });
