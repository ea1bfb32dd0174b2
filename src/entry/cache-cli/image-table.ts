// Images in lines: how often each was downloaded, and what of that came over the WAN.
import type { ImageActivity } from '../../ports/activity.ts';
import { instant, percent, size } from '../admin-cli/amounts.ts';
import type { Paper } from '../admin-cli/paper.ts';
import { type Column, table } from '../admin-cli/table.ts';
import { localShare, sentBytes } from './shares.ts';

export function imageTable(images: readonly ImageActivity[], paper: Paper): readonly string[] {
  return table(COLUMNS, images, paper);
}

const COLUMNS: readonly Column<ImageActivity>[] = [
  { title: 'IMAGE', cell: ({ imageId }) => imageId, ink: () => 'cyan' },
  { title: 'REGION', cell: ({ region }) => region },
  { title: 'DOWNLOADS', align: 'right', cell: ({ downloads }) => String(downloads) },
  { title: 'FILLS', align: 'right', cell: ({ fills }) => String(fills) },
  {
    title: 'FAILED',
    align: 'right',
    cell: ({ failedFills }) => String(failedFills),
    ink: ({ failedFills }) => (failedFills > 0 ? 'red' : null),
  },
  { title: 'LOCAL', align: 'right', cell: local, ink: () => 'green' },
  { title: 'SENT', align: 'right', cell: (image) => size(sentBytes(image)) },
  { title: 'FETCHED', align: 'right', cell: ({ fetchedBytes }) => size(fetchedBytes) },
  { title: 'LAST SEEN (UTC)', cell: ({ lastSeen }) => instant(lastSeen).slice(0, SECONDS) },
];

const SECONDS = '2026-11-23 23:58:29'.length;

function local(image: ImageActivity): string {
  const share = localShare(image);
  return share === null ? '-' : percent(share);
}
