// An attribute's value as people read it, by what its name says of its unit; the exact one beside it.
import { byteSize, count, duration } from '../format.js';

/**
 * @param {string} name
 * @param {string | number | boolean | readonly string[]} value
 * @returns {{ text: string, exact: string }}
 */
export function attributeValue(name, value) {
  const exact = typeof value === 'object' ? value.join(', ') : String(value);
  if (typeof value !== 'number') return { text: exact, exact };
  if (name.endsWith('_ms')) return { text: duration(value), exact: `${exact} ms` };
  if (isBytes(name)) return { text: byteSize(value), exact: `${count(value)} bytes` };
  return { text: /status|port/.test(name) ? exact : count(value), exact };
}

/** @param {string} name */
function isBytes(name) {
  return /(^|[._])(bytes|body\.size|image\.size|fill\.position)/.test(name);
}
