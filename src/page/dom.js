// Elements out of plain values. All text goes in as text nodes: what calls carry is never markup.

/** @typedef {Node | string | null | false} Child */
/** @typedef {string | number | boolean | null | undefined | ((event: any) => void)} Property */

/**
 * An element with its attributes and children. Functions are listeners (`onclick`), `true` is an
 * attribute without a value; `false`, null and undefined leave it out.
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, Property>} [properties]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function h(name, properties = {}, ...children) {
  const element = document.createElement(name);
  dress(element, properties, children);
  return element;
}

/**
 * The same for drawings.
 * @template {keyof SVGElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, Property>} [properties]
 * @param {...Child} children
 * @returns {SVGElementTagNameMap[Name]}
 */
export function svg(name, properties = {}, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  dress(element, properties, children);
  return element;
}

/**
 * The element of the page with this id, which index.html has.
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
export function byId(id, kind) {
  const element = document.getElementById(id);
  if (element instanceof kind) return element;
  throw new Error(`The page has no #${id}.`);
}

/**
 * Sets a custom property that the style sheets read: the policy forbids style attributes in markup.
 * @param {HTMLElement | SVGElement} element
 * @param {string} name
 * @param {number | string} value
 */
export function setVariable(element, name, value) {
  element.style.setProperty(name, String(value));
}

/**
 * @param {Element} element
 * @param {Record<string, Property>} properties
 * @param {readonly Child[]} children
 */
function dress(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, String(value));
    }
  }
  for (const child of children) if (child !== null && child !== false) element.append(child);
}
