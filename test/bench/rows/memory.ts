// Memory: 200 slow readers on 20 images, cold to begin with, and the gateway's resident memory.
import { openLoadClient } from '../load/load-client.ts';
import { median } from '../measure/comparison.ts';
import { type BenchImage, filePath, openOrigin, TOKEN } from '../origin/origin.ts';
import { openGateway } from '../peers/gateway.ts';
import { residentOf } from '../peers/server.ts';
import { type Bench, type Fact, MIB, type Row, type RowResult } from '../row.ts';
import { checkImage } from './warm-download.ts';

const READERS = 200;
const IMAGES = 20;
const IMAGE_MIB = 64;
const MEMORY_MIB = 256;
const BYTES_PER_SECOND = 256 * 1024;
/** What the gateway may take besides `memory`. */
const ROOM_MIB = 200;
const SAMPLE_MS = 500;

export const memory: Row = {
  name: 'memory',
  title: `Memory: ${READERS} slow readers on ${IMAGES} images`,
  run,
};

async function run(bench: Bench): Promise<RowResult> {
  await using open = new AsyncDisposableStack();
  const origin = open.use(await openOrigin(bench));
  const cache = { memory: `${MEMORY_MIB}MiB` };
  const gateway = open.use(await openGateway(bench, origin, { cache, disk: '4GiB' }));
  const client = open.use(await openLoadClient(bench));
  const images: BenchImage[] = [];
  for (let image = 0; image < IMAGES; image += 1) {
    images.push(await origin.seed(`slowly ${image}`, IMAGE_MIB));
  }
  const resident: number[] = [];
  const sampling = setInterval(() => resident.push(residentOf(gateway).nowMib), SAMPLE_MS);
  const { memorySeconds: seconds } = bench.scale;
  const { bytes } = await client
    .readers({
      url: gateway.url,
      token: TOKEN,
      paths: images.map(filePath),
      readers: READERS,
      bytesPerSecond: BYTES_PER_SECOND,
      seconds,
    })
    .finally(() => clearInterval(sampling));
  const highest = residentOf(gateway).highestMib;
  for (const image of images.slice(0, 2)) await checkImage(gateway, image);
  return {
    kind: 'measured',
    how: `memory: ${MEMORY_MIB}MiB and a disk tier; images of ${IMAGE_MIB} MiB, cold; each reader takes ${BYTES_PER_SECOND / 1024} KiB/s for ${Math.round(seconds)} s, ${Math.round(bytes / MIB)} MiB in all`,
    comparisons: [],
    discarded: [],
    facts: [
      { name: 'highest resident', value: highest, unit: 'MiB', atMost: MEMORY_MIB + ROOM_MIB },
      ...flatness(resident),
    ],
  };
}

/** How the last third of the time compares with the one before. */
function flatness(resident: readonly number[]): Fact[] {
  const third = Math.floor(resident.length / 3);
  const middle = median(resident.slice(third, 2 * third));
  const end = median(resident.slice(2 * third));
  const unit = 'MiB';
  return [
    { name: 'resident in the middle third', value: middle, unit, atMost: null },
    { name: 'resident in the last third', value: end, unit, atMost: null },
  ];
}
