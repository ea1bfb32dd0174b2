// The rows, in the order in which they run; the event loop tells of those before it.
import type { Row } from '../row.ts';
import { coldFast, coldSlow } from './cold-single.ts';
import { diskIndex } from './disk-index.ts';
import { eventLoop } from './event-loop.ts';
import { herd } from './herd.ts';
import { imageApi } from './image-api.ts';
import { memory } from './memory.ts';
import { ranges, records } from './requests.ts';
import { tracing } from './tracing.ts';
import { warmDisk } from './warm-disk.ts';
import { warmMemory } from './warm-memory.ts';
import { workers } from './workers.ts';

export const ROWS: readonly Row[] = [
  warmMemory,
  warmDisk,
  herd,
  coldSlow,
  coldFast,
  ranges,
  records,
  memory,
  imageApi,
  tracing,
  workers,
  diskIndex,
  eventLoop,
];
