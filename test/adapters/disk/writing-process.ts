// A process that stores entries in a loop until it is killed: `node writing-process.ts FOLDER BYTES`.
// Each line on stdout is a store that was answered.

import { createWriteStream } from 'node:fs';
import { openDiskTier } from '../../../src/adapters/disk/open-disk-tier.ts';
import { systemClock, systemTimers } from '../../../src/adapters/node/runtime.ts';
import { plainBlocks } from '../../../src/adapters/plain-runtime.ts';
import { patternBytes } from '../../contract/tier-harness.ts';

const [path = '', maxBytes = ''] = process.argv.slice(2);
const told = createWriteStream('', { fd: 1 });
const tier = await openDiskTier({
  path,
  maxBytes: Number(maxBytes),
  blocks: plainBlocks,
  clock: systemClock,
  timers: systemTimers,
});

await Promise.all([0, 1, 2, 3].map(writeForever));

async function writeForever(writer: number): Promise<never> {
  for (let round = 0; ; round += 1) {
    const seed = writer * 1_000_000 + round;
    const bytes = patternBytes(4 + ((seed * 7_919) % 60_000), seed);
    new DataView(bytes.buffer).setUint32(0, seed);
    const { kind } = await tier.store(`key-${seed % 50}`, bytes, null);
    told.write(`${kind}\n`);
  }
}
