// Warm downloads from the disk tier, the files in the page cache, against nginx.
import { openGateway } from '../peers/gateway.ts';
import { openNginx } from '../peers/nginx.ts';
import type { Row } from '../row.ts';
import { warmDownload } from './warm-download.ts';

export const warmDisk: Row = {
  name: 'warm-disk',
  title: 'Warm download from disk, against nginx slices',
  run: (bench) =>
    warmDownload(bench, {
      how: 'chunks and slices of 4 MiB in files, page cache warm; the memory tier holds no whole chunk; nginx has a worker for each core and remembers rights for a minute, the gateway is one process and asks Glance for each download',
      gateway: (to, origin) =>
        openGateway(to, origin, { cache: { memory: '16MiB' }, disk: '8GiB' }),
      peer: (to, origin) => openNginx(to, origin, { workers: 'auto' }),
    }),
};
