// Warm downloads from memory, against Varnish.
import { openGateway } from '../peers/gateway.ts';
import { openVarnish } from '../peers/varnish.ts';
import type { Row } from '../row.ts';
import { warmDownload } from './warm-download.ts';

export const warmMemory: Row = {
  name: 'warm-memory',
  title: 'Warm download from memory, against Varnish',
  run: (bench) => {
    const { warmMib, sharedMib } = bench.scale;
    const memoryMib = warmMib + sharedMib + 512;
    return warmDownload(bench, {
      how: `one process with ${memoryMib} MiB of memory each (malloc storage); Varnish asks nobody for rights, the gateway asks Glance for each download`,
      gateway: (to, origin) => openGateway(to, origin, { cache: { memory: `${memoryMib}MiB` } }),
      peer: (to, origin) => openVarnish(to, origin, memoryMib),
    });
  },
};
