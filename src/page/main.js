// The page starts here: one view at a time, chosen by the address's fragment.
import { watchConnection } from './connection.js';
import { byId } from './dom.js';
import { createImageView } from './image/image-view.js';
import { keyboard } from './keyboard.js';
import { createListView } from './list/list-view.js';
import { readRoute } from './location.js';
import { createOverviewView } from './overview/overview-view.js';
import { searchBox } from './search.js';
import { emptyState } from './states.js';
import { themeButton } from './theme.js';
import { createTraceView } from './trace/trace-view.js';

/** @import { Page, View } from './view.js' */

/** @type {Record<string, (page: Page) => View>} */
const VIEWS = {
  list: createListView,
  trace: createTraceView,
  image: createImageView,
  overview: createOverviewView,
};

const main = byId('main', HTMLElement);
const announcement = byId('announcement', HTMLElement);
/** @type {{ name: string, view: View } | null} */
let open = null;
let lastList = '#/';

/** @type {Page} */
const page = {
  go(link) {
    if (location.hash === link) open?.view.reload();
    else location.hash = link;
  },
  replace: (link) => location.replace(link),
  back: () => page.go(lastList),
  announce(text) {
    announcement.textContent = text;
  },
  title(text) {
    document.title = `${text} · Glance Edge`;
  },
};

function showRoute() {
  const route = readRoute(location.hash);
  if (route.view === 'list') lastList = location.hash || '#/';
  for (const link of document.querySelectorAll('[data-view]')) {
    const current = link.getAttribute('data-view') === route.view;
    link.toggleAttribute('data-current', current);
    link.setAttribute('aria-current', current ? 'page' : 'false');
  }
  if (open?.name !== route.view) openView(route.view);
  open?.view.show(route);
}

/** @param {string} name */
function openView(name) {
  open?.view.close();
  open = null;
  const create = VIEWS[name];
  if (create === undefined) {
    main.replaceChildren(emptyState('There is no such view', 'The address names none of them.'));
    return;
  }
  open = { name, view: create(page) };
  main.replaceChildren(open.view.element);
  window.scrollTo(0, 0);
}

themeButton(byId('theme', HTMLButtonElement));
searchBox(page);
keyboard(page, () => open?.view ?? null);
watchConnection(() => open?.view.reload());
byId('skip', HTMLAnchorElement).addEventListener('click', (event) => {
  // The fragment is the view's address; the browser's own jump would leave it.
  event.preventDefault();
  main.focus();
});
window.addEventListener('hashchange', showRoute);
showRoute();
