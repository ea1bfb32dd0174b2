// The overview: is the gateway well, what does the cache save, what is it doing now. Asked for again
// every few seconds while somebody looks.
import { h } from '../dom.js';
import { createQuestion } from '../question.js';
import { loadingState, troubleState } from '../states.js';
import { fillList } from './fills.js';
import { imageTable } from './image-list.js';
import { createPlot } from './plot.js';
import { PLOTS } from './plots.js';
import { readinessLine } from './readiness.js';
import { regionTable } from './region-list.js';
import { createSection } from './section.js';
import { tierList } from './tier-list.js';
import { tiles } from './tiles.js';

/** @import { Overview } from './overview.js' */
/** @import { Page, View } from '../view.js' */

/** Often enough to watch a fill, seldom enough to be no load. */
const ASK_AGAIN_MS = 5_000;

/**
 * @param {Page} page
 * @returns {View}
 */
export function createOverviewView(page) {
  const question = createQuestion();
  const top = h('div', { class: 'overview-top' });
  const fills = createSection('Running fills', 'fills');
  const tiers = createSection('Cache tiers', 'tiers');
  const regions = createSection('Regions and endpoints', 'regions');
  const images = createSection('Most downloaded images', 'images');
  const plots = PLOTS.map(createPlot);
  const hour = h(
    'section',
    { class: 'part plots', 'aria-labelledby': 'last-hour' },
    h('h2', { id: 'last-hour' }, 'The last hour'),
    h('div', { class: 'plot-grid' }, ...plots.map(({ element }) => element)),
  );
  const parts = [top, hour, fills.element, tiers.element, regions.element, images.element];
  const heading = h('h1', { class: 'unseen' }, 'Overview');
  const element = h('article', { class: 'overview' }, heading, loadingState());
  const systemTheme = matchMedia('(prefers-color-scheme: dark)');
  const ticking = setInterval(() => {
    if (!document.hidden) reload();
  }, ASK_AGAIN_MS);
  let drawn = false;

  page.title('Overview');
  document.addEventListener('themechange', redraw);
  systemTheme.addEventListener('change', redraw);
  return {
    element,
    show: reload,
    reload,
    key(key) {
      if (key === 'Escape') page.back();
      return key === 'Escape';
    },
    close() {
      clearInterval(ticking);
      question.close();
      document.removeEventListener('themechange', redraw);
      systemTheme.removeEventListener('change', redraw);
      for (const plot of plots) plot.close();
    },
  };

  function reload() {
    /** @type {(answer: import('../api.js').Answer<Overview>) => void} */
    const use = (answer) => {
      if (answer.kind === 'ok') draw(answer.value);
      else if (!drawn) element.replaceChildren(heading, troubleState(answer));
    };
    void question.ask('/api/overview', use);
  }

  /** @param {Overview} overview */
  function draw(overview) {
    // Plots measure the place they stand in, so it must be on the page before they are drawn.
    if (!drawn) element.replaceChildren(heading, ...parts);
    drawn = true;
    top.replaceChildren(readinessLine(overview), tiles(overview));
    fills.fill([fillList(overview.fills)]);
    tiers.fill([tierList(overview.tiers)]);
    regions.fill([regionTable(overview.regions)]);
    images.fill([imageTable(overview.images)]);
    for (const plot of plots) plot.update(overview.minutes);
  }

  function redraw() {
    if (drawn) for (const plot of plots) plot.redraw();
  }
}
