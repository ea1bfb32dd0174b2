// Two workers on two cores.
import type { Row } from '../row.ts';

export const workers: Row = {
  name: 'workers',
  title: 'Two workers, against one',
  run: async () => ({ kind: 'skipped', why: 'not built' }),
};
