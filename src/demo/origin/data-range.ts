// Which bytes of an image's data a request asks for, read exactly as Glance reads it, its
// oddities included: `-0` and an overlong suffix are the whole image, several ranges are 400, and
// `Content-Range` in a request counts as a range.
import { refusal } from './refusal.ts';

export type DataRange =
  | { readonly kind: 'whole' }
  /** `end` is exclusive. */
  | { readonly kind: 'part'; readonly start: number; readonly end: number }
  /** Glance fails on it with a bare 500. */
  | { readonly kind: 'crash' };

/** The part of `size` bytes that the headers ask for; size null when the image has no data yet. */
export function dataRange(headers: Headers, size: number | null): DataRange {
  const range = headers.get('range');
  if (range !== null) return fromRange(range, size);
  const contentRange = headers.get('content-range');
  if (contentRange !== null) return fromContentRange(contentRange, size);
  return { kind: 'whole' };
}

function fromRange(range: string, size: number | null): DataRange {
  if (range.includes(',')) {
    throw refusal(
      400,
      'Requests with multiple ranges are not supported in Glance. You may make multiple ' +
        'single-range requests instead.',
    );
  }
  const match = /^bytes *= *(\d*) *- *(\d*)/i.exec(range);
  if (match === null) throw notSatisfiable('Invalid Range header.');
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return { kind: 'crash' };
  if (first !== '' && last !== '' && Number(first) > Number(last)) {
    throw notSatisfiable('Invalid Range header.');
  }
  if (size === null) return { kind: 'crash' };
  // A suffix counts from the end, so "-0" starts at 0: the whole image.
  const start = first === '' ? -Number(last) : Number(first);
  requireStart(start, size, 'Range');
  const end = first === '' || last === '' ? size : Math.min(Number(last) + 1, size);
  return { kind: 'part', start: start < 0 ? Math.max(0, size + start) : start, end };
}

function fromContentRange(range: string, size: number | null): DataRange {
  const match = /^bytes (?:(\d+)-(\d+)|\*)\/(?:(\d+)|\*)/.exec(range);
  if (match === null) throw notSatisfiable('Invalid Content-Range header.');
  const [, first, last, length] = match;
  if (first === undefined || last === undefined) return { kind: 'crash' };
  const start = Number(first);
  const end = Number(last) + 1;
  if (start >= end || (length !== undefined && end > Number(length))) {
    throw notSatisfiable('Invalid Content-Range header.');
  }
  if (size === null) return { kind: 'crash' };
  requireStart(start, size, 'Content-Range');
  if (end <= size) return { kind: 'part', start, end };
  throw notSatisfiable(
    'Invalid stop position in Content-Range header. The stop position MUST be in the inclusive ' +
      `range [0, ${size - 1}].`,
  );
}

function requireStart(start: number, size: number, header: string): void {
  if (start < size) return;
  throw notSatisfiable(
    `Invalid start position in ${header} header. Start position MUST be in the inclusive range ` +
      `[0, ${size - 1}].`,
  );
}

const notSatisfiable = (detail: string) =>
  refusal(416, 'The Range requested is not available.', { detail });
