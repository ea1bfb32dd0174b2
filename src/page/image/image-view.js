// The history of one image: how often it was downloaded, from where its bytes came, and its calls.
import { copyButton } from '../copy.js';
import { h } from '../dom.js';
import { clock, counted, isoTime, shortId } from '../format.js';
import { createTraceTable } from '../list/trace-table.js';
import { listLink } from '../location.js';
import { createQuestion } from '../question.js';
import { sourceBar, sumOf } from '../sources.js';
import { emptyState, loadingState, troubleState } from '../states.js';
import { moveFocus } from '../view.js';
import { imageSentence } from './image-sentence.js';

/** @import { ImageActivity } from '../../ports/activity.ts' */
/** @import { TraceSummary } from '../../ports/trace-store.ts' */
/** @import { Page, View } from '../view.js' */

/** @typedef {{ images: readonly ImageActivity[], traces: readonly TraceSummary[] }} ImageHistory */

/**
 * @param {Page} page
 * @returns {View}
 */
export function createImageView(page) {
  const question = createQuestion();
  const table = createTraceTable('Traces of this image, newest first');
  const content = h('div', {}, loadingState());
  const element = h('article', { class: 'image' }, content);
  let id = '';

  return {
    element,
    show(route) {
      if (route.view !== 'image') return;
      id = route.id;
      page.title(`Image ${shortId(id)}`);
      reload();
    },
    reload,
    key(key) {
      if (key !== 'Escape') return moveFocus(table.links(), key);
      page.back();
      return true;
    },
    close: question.close,
  };

  function reload() {
    /** @type {(answer: import('../api.js').Answer<ImageHistory>) => void} */
    const use = (answer) => {
      if (answer.kind === 'ok') draw(answer.value);
      else if (answer.kind === 'absent') content.replaceChildren(heading(), unknown());
      else content.replaceChildren(heading(), troubleState(answer));
    };
    void question.ask(`/api/images/${encodeURIComponent(id)}`, use);
  }

  /** @param {ImageHistory} history */
  function draw({ images, traces }) {
    table.replace(traces);
    const all = h(
      'a',
      { href: listLink(new URLSearchParams({ image: id })) },
      'All its traces in the list',
    );
    content.replaceChildren(
      heading(),
      ...images.map(regionCard),
      h('h2', {}, 'Its latest calls'),
      traces.length > 0 ? table.element : h('p', {}, 'No trace of this image is held any more.'),
      h('p', {}, all),
    );
  }

  function heading() {
    return h(
      'header',
      { class: 'image-head' },
      h('h1', {}, 'Image ', h('code', {}, id)),
      copyButton('Copy id', () => id),
    );
  }

  function unknown() {
    return emptyState(
      'Nothing is known of this image',
      'No call for it has ended since the gateway started, or it was forgotten for others since.',
    );
  }
}

/** @param {ImageActivity} image */
function regionCard(image) {
  const { region, firstSeen, lastSeen, failedFills } = image;
  return h(
    'section',
    { class: 'card', 'aria-label': `In ${region}` },
    h('h2', {}, region),
    h('p', { class: 'sentence' }, imageSentence(image)),
    sumOf(image.imageBytes) > 0 && sourceBar(image.imageBytes),
    failedFills > 0 && h('p', { class: 'failure' }, `${counted(failedFills, 'fill')} failed.`),
    h('p', { class: 'quiet-text' }, 'First seen ', time(firstSeen), ', last ', time(lastSeen), '.'),
  );
}

/** @param {number} at */
function time(at) {
  return h('time', { datetime: isoTime(at), title: isoTime(at) }, clock(at).replace(/\.\d+$/, ''));
}
