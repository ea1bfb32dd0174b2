// The filters above the list. They are the address's, so that a filtered list is a link; the fields
// only show and change it.
import { h } from '../dom.js';
import { OUTCOMES } from './outcome.js';

/** @import { TraceSummary } from '../../ports/trace-store.ts' */

/** The filters that the gateway knows, in the order of the fields; `q` has the search box. */
const NAMES = ['outcome', 'region', 'route', 'image', 'status', 'min_ms'];

/** @param {(filter: URLSearchParams) => void} onChange */
export function createFilters(onChange) {
  const regions = h('datalist', { id: 'known-regions' });
  const routes = h('datalist', { id: 'known-routes' });
  /** @type {Record<string, HTMLInputElement | HTMLSelectElement>} */
  const fields = {
    outcome: h(
      'select',
      {},
      h('option', { value: '' }, 'any'),
      ...OUTCOMES.map((word) => h('option', { value: word }, word)),
    ),
    region: h('input', { list: 'known-regions', placeholder: 'any', size: 12 }),
    route: h('input', { list: 'known-routes', placeholder: 'any', size: 22 }),
    image: h('input', { placeholder: 'any', size: 12, spellcheck: 'false' }),
    status: h('input', {
      inputmode: 'numeric',
      pattern: '[1-5][0-9]{2}',
      placeholder: 'any',
      size: 4,
    }),
    min_ms: h('input', {
      placeholder: 'any',
      size: 7,
      pattern: '\\d+(\\.\\d+)? ?(ms|s|min)?',
      title: 'Such as 250 ms, 1.5 s, 4 min',
    }),
  };
  const clear = h(
    'button',
    { type: 'button', class: 'quiet', onclick: () => onChange(new URLSearchParams()) },
    'Clear',
  );
  const labels = NAMES.map((name) => labelled(name, fields[name]));
  const element = h(
    'form',
    { class: 'filters', 'aria-label': 'Filters' },
    ...labels,
    clear,
    regions,
    routes,
  );
  let shown = new URLSearchParams();
  element.addEventListener('submit', (event) => event.preventDefault());
  element.addEventListener('change', () => {
    if (element.reportValidity()) onChange(filled());
  });

  return {
    element,

    /** @param {URLSearchParams} filter */
    show(filter) {
      shown = filter;
      for (const [name, field] of Object.entries(fields)) {
        const value = filter.get(name) ?? '';
        field.value = name === 'min_ms' && value !== '' ? milliseconds(value) : value;
        field.toggleAttribute('data-set', value !== '');
      }
      clear.hidden = ![...NAMES, 'q'].some((name) => filter.has(name));
    },

    /**
     * Offers what was seen: a gateway has few regions and routes.
     * @param {readonly TraceSummary[]} traces
     */
    offer(traces) {
      offer(
        regions,
        traces.map(({ region }) => region),
      );
      offer(
        routes,
        traces.map(({ route }) => route),
      );
    },
  };

  function filled() {
    const filter = new URLSearchParams(shown);
    for (const [name, field] of Object.entries(fields)) {
      const text = field.value.trim();
      const value = name === 'min_ms' ? toMilliseconds(text) : text;
      if (value === '') filter.delete(name);
      else filter.set(name, value);
    }
    return filter;
  }
}

/** What is sent to the gateway of an address's filter. @param {URLSearchParams} filter */
export function apiQuery(filter) {
  return new URLSearchParams(
    [...NAMES, 'q'].flatMap((name) => {
      const value = filter.get(name);
      return value === null || value === '' ? [] : [[name, value]];
    }),
  );
}

/** @type {Record<string, string>} */
const LABELS = {
  outcome: 'Outcome',
  region: 'Region',
  route: 'Route',
  image: 'Image',
  status: 'Status',
  min_ms: 'At least',
};

/**
 * @param {string} name
 * @param {HTMLElement | undefined} field
 */
function labelled(name, field) {
  const id = `filter-${name}`;
  field?.setAttribute('id', id);
  field?.setAttribute('name', name);
  field?.setAttribute('autocomplete', 'off');
  const label = h('label', { for: id }, LABELS[name] ?? name);
  return h('div', { class: 'field' }, label, field ?? null);
}

/**
 * @param {HTMLDataListElement} list
 * @param {readonly (string | null)[]} values
 */
function offer(list, values) {
  const known = new Set([...list.options].map(({ value }) => value));
  for (const value of values) {
    if (value === null || known.has(value)) continue;
    known.add(value);
    list.append(h('option', { value }));
  }
}

/** @param {string} text such as `4 min` @returns {string} milliseconds as digits */
function toMilliseconds(text) {
  const [, number = '', unit = 'ms'] = /^(\d+(?:\.\d+)?) ?(ms|s|min)?$/.exec(text) ?? [];
  if (number === '') return '';
  return String(Number(number) * ({ ms: 1, s: 1_000, min: 60_000 }[unit] ?? 1));
}

/** @param {string} text milliseconds as digits */
function milliseconds(text) {
  const ms = Number(text);
  if (ms >= 60_000 && ms % 60_000 === 0) return `${ms / 60_000} min`;
  return ms >= 1_000 ? `${ms / 1_000} s` : `${ms} ms`;
}
