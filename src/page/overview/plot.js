// One small plot over the last hour: the drawing is the library's, the legend, the words and the
// table behind it are ours.
import { h } from '../dom.js';
import { hourAndMinute } from '../format.js';
import { themeColour } from '../theme.js';
import uPlot from '../uplot.mjs';

/** @import { Minute } from '../../ports/activity.ts' */
/** @import { PlotKind } from './plots.js' */

const HEIGHT = 150;

/** @param {PlotKind} kind */
export function createPlot(kind) {
  const words = h('p', { class: 'plot-words' });
  const place = h('div', { class: 'plot-place', 'aria-hidden': 'true' });
  const legend = h(
    'ul',
    { class: 'legend' },
    ...kind.series.map(({ label, colour }) =>
      h('li', {}, h('span', { class: 'swatch', 'data-colour': colour.slice(2) }), label),
    ),
  );
  const numbers = h('tbody');
  const columns = ['Minute', ...kind.series.map(({ label }) => label)];
  const table = h(
    'table',
    { class: 'data' },
    h('thead', {}, h('tr', {}, ...columns.map((name) => h('th', { scope: 'col' }, name)))),
    numbers,
  );
  const details = h(
    'details',
    {},
    h('summary', {}, 'As numbers'),
    h(
      'div',
      { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': `${kind.title} as numbers` },
      table,
    ),
  );
  const element = h(
    'figure',
    { class: 'plot' },
    h('figcaption', {}, h('h3', {}, kind.title), legend),
    place,
    words,
    details,
  );
  /** @type {readonly Minute[]} */
  let shown = [];
  /** @type {uPlot | null} */
  let drawn = null;
  const sized = new ResizeObserver(() =>
    drawn?.setSize({ width: place.clientWidth, height: HEIGHT }),
  );
  sized.observe(place);
  details.addEventListener('toggle', fillNumbers);

  return {
    element,

    /** @param {readonly Minute[]} minutes */
    update(minutes) {
      shown = minutes;
      words.textContent = kind.words(minutes);
      if (drawn === null) redraw();
      else drawn.setData(columnsOf(kind, minutes));
      fillNumbers();
    },

    redraw,

    close() {
      sized.disconnect();
      drawn?.destroy();
    },
  };

  /** Colours are read once by the library; another theme needs another drawing. */
  function redraw() {
    drawn?.destroy();
    drawn = new uPlot(
      optionsOf(kind, Math.max(place.clientWidth, 200)),
      columnsOf(kind, shown),
      place,
    );
  }

  function fillNumbers() {
    if (!details.open) return;
    const rows = shown.toReversed().map((minute) => {
      const values = kind.series.map(({ value }) => value(minute));
      const cells = values.map((value) => h('td', {}, value === null ? '–' : kind.format(value)));
      return h('tr', {}, h('th', { scope: 'row' }, hourAndMinute(minute.time)), ...cells);
    });
    numbers.replaceChildren(...rows);
  }
}

/**
 * Stacked series are drawn as sums, the highest first, so that each covers the ones behind it.
 * @param {PlotKind} kind
 * @param {readonly Minute[]} minutes
 * @returns {uPlot.AlignedData}
 */
function columnsOf({ series, shape }, minutes) {
  const times = minutes.map(({ time }) => time / 1_000);
  const values = series.map(({ value }) => minutes.map(value));
  if (shape === 'lines') return [times, ...values];
  const sums = values.map((_, upTo) =>
    minutes.map((_minute, at) =>
      values.slice(0, upTo + 1).reduce((sum, column) => sum + (column[at] ?? 0), 0),
    ),
  );
  return [times, ...sums.toReversed()];
}

/**
 * @param {PlotKind} kind
 * @param {number} width
 * @returns {uPlot.Options}
 */
function optionsOf({ series, shape, format, scale }, width) {
  const axis = {
    stroke: themeColour('--muted'),
    grid: { stroke: themeColour('--line'), width: 1 },
    ticks: { show: false },
    font: '11px system-ui, sans-serif',
  };
  const inOrder = shape === 'stack' ? series.toReversed() : series;
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    padding: [8, 20, 0, 0],
    scales: { y: scaleOf(scale) },
    axes: [
      {
        ...axis,
        space: 60,
        size: 24,
        values: (_plot, times) => times.map((time) => hourAndMinute(time * 1_000)),
      },
      {
        ...axis,
        space: 32,
        size: 64,
        values: (_plot, values) => values.map((value) => (value === null ? '' : format(value))),
        ...(scale === 'bytes' && { incrs: POWERS_OF_TWO }),
        ...(scale === 'log' && { splits: (plot) => marksUpTo(plot.scales.y?.max ?? 10) }),
      },
    ],
    series: [{}, ...inOrder.map(({ label, colour }) => drawing(label, themeColour(colour), shape))],
  };
}

/** Distances of marks that are round in KiB, MiB and GiB. */
const POWERS_OF_TWO = Array.from({ length: 50 }, (_, power) => 2 ** power);

/**
 * @param {PlotKind['scale']} scale
 * @returns {uPlot.Scale}
 */
function scaleOf(scale) {
  if (scale === 'share') return { range: [0, 1] };
  if (scale !== 'log') {
    return { range: (_plot, _least, highest) => [0, Math.max((highest ?? 0) * 1.1, 1)] };
  }
  const top = (/** @type {number} */ ms) => DURATION_MARKS.find((mark) => mark >= ms) ?? ms;
  return { distr: 3, log: 10, range: (_plot, _least, highest) => [1, top(highest ?? 0)] };
}

/** Durations that people think in, a factor of about ten apart. */
const DURATION_MARKS = [1, 10, 100, 1e3, 1e4, 6e4, 6e5, 36e5, 36e6];

/** @param {number} highest */
function marksUpTo(highest) {
  return DURATION_MARKS.filter((mark) => mark <= highest);
}

/**
 * @param {string} label
 * @param {string} colour
 * @param {PlotKind['shape']} shape
 * @returns {uPlot.Series}
 */
function drawing(label, colour, shape) {
  if (shape === 'lines') {
    return { label, stroke: colour, width: 1.75, spanGaps: true, points: { show: false } };
  }
  const paths = uPlot.paths.bars?.({ size: [0.85, 24] });
  return {
    label,
    stroke: colour,
    fill: colour,
    width: 0,
    points: { show: false },
    ...(paths && { paths }),
  };
}
