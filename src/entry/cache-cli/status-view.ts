// The state of the cache on a screen: whether the gateway is ready, how full the tiers are, what came out
// of them, and what is being fetched.
import type { TierReport } from '../../http/admin/tier-report.ts';
import type { RunningFill } from '../../ports/activity.ts';
import { duration, instant, percent, size } from '../admin-cli/amounts.ts';
import type { Paper } from '../admin-cli/paper.ts';
import { type Column, table } from '../admin-cli/table.ts';
import type { CacheStatus } from './read-activity.ts';
import { hourOf, type Shares, shares } from './shares.ts';

/** Texts must be free of control characters. */
export function statusView(status: CacheStatus, url: string, paper: Paper): readonly string[] {
  const sums = { hour: shares(hourOf(status.minutes)), all: shares(status.totals) };
  return [
    `Glance Edge ${status.version} at ${url}`,
    `${readiness(status.ready, paper)}, up since ${instant(status.startedAt).slice(0, SECONDS)} UTC`,
    '',
    ...(status.tiers.length === 0 ? ['Nothing is cached.'] : table(TIERS, status.tiers, paper)),
    '',
    ...table(
      SHARES,
      FIGURES.map((figure) => ({ ...figure, ...sums })),
      paper,
    ),
    '',
    ...(status.fills.length === 0 ? ['No fill is under way.'] : table(FILLS, status.fills, paper)),
  ];
}

const SECONDS = '2026-11-23 23:58:29'.length;

function readiness({ ready, reasons }: CacheStatus['ready'], paper: Paper): string {
  return ready
    ? paper.paint('green', 'Ready')
    : paper.paint('red', `Not ready: ${reasons.join(', ')}`);
}

const TIERS: readonly Column<TierReport>[] = [
  { title: 'TIER', cell: ({ name }) => name },
  { title: 'FULL', align: 'right', cell: ({ fullness }) => share(fullness) },
  { title: 'USED', align: 'right', cell: (tier) => (isCounted(tier) ? size(tier.bytes) : '-') },
  { title: 'LIMIT', align: 'right', cell: limit },
  { title: 'ENTRIES', align: 'right', cell: (tier) => (isCounted(tier) ? `${tier.entries}` : '-') },
];

/** What a tier holds whose bound is somebody else's is not known as a rule. */
function isCounted({ maxBytes, entries }: TierReport): boolean {
  return maxBytes !== null || entries > 0;
}

function limit({ maxBytes }: TierReport): string {
  return maxBytes === null ? '-' : size(maxBytes);
}

interface Figure {
  readonly words: string;
  readonly of: (shares: Shares) => string;
}

const FIGURES: readonly Figure[] = [
  { words: 'hit ratio of calls', of: ({ hitRatio }) => share(hitRatio) },
  { words: 'local share of bytes', of: ({ localShare }) => share(localShare) },
  { words: 'WAN bytes saved', of: ({ savedBytes }) => size(savedBytes) },
  { words: 'calls', of: ({ calls }) => String(calls) },
  { words: 'errors', of: ({ errors }) => String(errors) },
];

const SHARES: readonly Column<Figure & { readonly hour: Shares; readonly all: Shares }>[] = [
  { title: 'SERVED', cell: ({ words }) => words },
  { title: 'LAST HOUR', align: 'right', cell: ({ of, hour }) => of(hour) },
  { title: 'SINCE START', align: 'right', cell: ({ of, all }) => of(all) },
];

const FILLS: readonly Column<RunningFill>[] = [
  { title: 'FILL OF IMAGE', cell: ({ imageId }) => imageId, ink: () => 'cyan' },
  { title: 'DONE', align: 'right', cell: done },
  { title: 'OF', align: 'right', cell: (fill) => size(fill.size) },
  { title: 'RATE', align: 'right', cell: (fill) => `${size(Math.round(fill.bytesPerSecond))}/s` },
  { title: 'LEFT', align: 'right', cell: ({ etaMs }) => (etaMs === null ? '-' : duration(etaMs)) },
  { title: 'READERS', align: 'right', cell: ({ readers }) => String(readers) },
  { title: 'REGION', cell: ({ region }) => region },
  { title: 'KIND', cell: ({ kind }) => kind },
  { title: 'TRACE', cell: ({ traceId }) => traceId },
];

function done(fill: RunningFill): string {
  return share(fill.size > 0 ? fill.filledBytes / fill.size : null);
}

function share(value: number | null): string {
  return value === null ? '-' : percent(value);
}
