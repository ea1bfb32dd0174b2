// The plots of the last hour: what each shows, and the same in words for those who can't see it.
import { byteSize, count, duration, percent, roundDuration } from '../format.js';
import { hitRatio, localShare } from '../local-share.js';
import { SOURCES, sumOf } from '../sources.js';
import { sumMinutes } from './overview.js';

/** @import { Minute } from '../../ports/activity.ts' */

/**
 * @typedef {object} PlotSeries
 * @property {string} label
 * @property {string} colour a token of the theme
 * @property {(minute: Minute) => number | null} value null where there is nothing to say
 */

/**
 * `share` ends at 1; `log` begins at a millisecond; `count` and `bytes` begin at 0 and have marks at
 * round numbers of theirs.
 * @typedef {'count' | 'share' | 'bytes' | 'log'} PlotScale
 */

/**
 * @typedef {object} PlotKind
 * @property {string} title
 * @property {'lines' | 'stack'} shape
 * @property {readonly PlotSeries[]} series
 * @property {(value: number) => string} format
 * @property {PlotScale} scale
 * @property {(minutes: readonly Minute[]) => string} words
 */

/** @type {readonly PlotKind[]} */
export const PLOTS = [
  {
    title: 'Calls a minute',
    shape: 'stack',
    series: [
      { label: 'errors', colour: '--bad', value: ({ errors }) => errors },
      {
        label: 'calls without error',
        colour: '--accent',
        value: ({ calls, errors }) => calls - errors,
      },
    ],
    format: count,
    scale: 'count',
    words(minutes) {
      const { calls, errors } = sumMinutes(minutes);
      return `${count(calls)} calls in the last hour, ${count(errors)} of them errors.`;
    },
  },
  {
    title: 'Hit ratio',
    shape: 'lines',
    series: [
      {
        label: 'requests',
        colour: '--accent',
        value: (minute) => (minute.hits + minute.misses === 0 ? null : hitRatio(minute)),
      },
      {
        label: 'bytes',
        colour: '--disk',
        value: (minute) => (sumOf(minute.imageBytes) === 0 ? null : localShare(minute)),
      },
    ],
    format: (share) => `${Math.round(share * 100)} %`,
    scale: 'share',
    words(minutes) {
      const hour = sumMinutes(minutes);
      return `${percent(hitRatio(hour))} of requests and ${percent(localShare(hour))} of bytes were served here.`;
    },
  },
  {
    title: 'Image data by source',
    shape: 'stack',
    series: SOURCES.toReversed().map((source) => ({
      label: source,
      colour: `--${source}`,
      value: ({ imageBytes }) => imageBytes[source],
    })),
    format: byteSize,
    scale: 'bytes',
    words(minutes) {
      const { imageBytes } = sumMinutes(minutes);
      const each = SOURCES.filter((source) => imageBytes[source] > 0);
      if (each.length === 0) return 'No image data was sent in the last hour.';
      return `${each.map((source) => `${byteSize(imageBytes[source])} from ${source}`).join(', ')}.`;
    },
  },
  {
    title: 'Durations',
    shape: 'lines',
    series: [
      { label: 'longest', colour: '--origin', value: longest('max') },
      { label: '95 %', colour: '--memory', value: longest('p95') },
      { label: 'half', colour: '--accent', value: longest('p50') },
    ],
    format: roundDuration,
    scale: 'log',
    words: (minutes) => `The longest call took ${duration(sumMinutes(minutes).longestMs)}.`,
  },
];

/**
 * @param {'p50' | 'p95' | 'max'} which
 * @returns {(minute: Minute) => number | null}
 */
function longest(which) {
  return ({ calls, durationMs }) => (calls === 0 ? null : Math.max(1, durationMs[which]));
}
