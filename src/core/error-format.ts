// Reads Accept the way Glance's error pages do: HTML and JSON are on offer, HTML preferred; plain text
// when neither is accepted, or nothing was said.

export type ErrorFormat = 'html' | 'json' | 'plain';

/** The format of an error body for that `Accept` header, null when there was none. */
export function acceptedErrorFormat(accept: string | null): ErrorFormat {
  if (accept === null || accept.trim() === '') return 'plain';
  const ranges = accept.split(',').map(parsedRange);
  const html = quality(ranges, 'text', 'html');
  const json = quality(ranges, 'application', 'json');
  if (html === 0 && json === 0) return 'plain';
  return json > html ? 'json' : 'html';
}

interface MediaRange {
  readonly type: string;
  readonly subtype: string;
  readonly q: number;
}

function parsedRange(text: string): MediaRange {
  const [media = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const [type = '', subtype = ''] = media.split('/');
  const q = parameters.find((parameter) => parameter.startsWith('q='));
  return { type, subtype, q: q === undefined ? 1 : Number(q.slice(2)) || 0 };
}

/** The quality of the most specific range that matches (RFC 9110 §12.5.1); 0 for none. */
function quality(ranges: readonly MediaRange[], type: string, subtype: string): number {
  const exact = ranges.find((range) => range.type === type && range.subtype === subtype);
  const family = ranges.find((range) => range.type === type && range.subtype === '*');
  const any = ranges.find((range) => range.type === '*' && range.subtype === '*');
  return (exact ?? family ?? any)?.q ?? 0;
}
