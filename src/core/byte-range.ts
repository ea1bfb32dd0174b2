// Ranges as Glance reads them (glance/common/wsgi.py: get_range_from_request, on WebOb's parser):
// laxer than RFC 9110 in form, stricter in number.

export type ByteRange =
  /** No range was asked for: 200. */
  | { readonly kind: 'whole' }
  /** 206 with bytes `start` up to, not including, `end`. */
  | { readonly kind: 'part'; readonly start: number; readonly end: number }
  /** 416, in Glance's words: the origin says them itself. */
  | { readonly kind: 'unsatisfiable' }
  /** A form that Glance answers with 500; the gateway says 416. */
  | { readonly kind: 'senseless' }
  /** Glance refuses more than one range with 400. */
  | { readonly kind: 'several' };

/**
 * The range of image data that a request asks for.
 *
 * @param range the `Range` header; it goes before the other one
 * @param contentRange the `Content-Range` header of a request, which Glance takes as a range too
 * @param size bytes of the image, above 0
 */
export function byteRange(
  range: string | null,
  contentRange: string | null,
  size: number,
): ByteRange {
  if (range !== null) return fromRange(range, size);
  if (contentRange !== null) return fromContentRange(contentRange, size);
  return { kind: 'whole' };
}

function fromRange(range: string, size: number): ByteRange {
  if (range.includes(',')) return { kind: 'several' };
  const parts = /^bytes *= *(\d*) *- *(\d*)/i.exec(range);
  if (!parts) return { kind: 'unsatisfiable' };
  const [, first = '', last = ''] = parts;
  if (first === '' && last === '') return { kind: 'senseless' };
  // A suffix longer than the image, and a suffix of nothing, are the whole image (seen on the wire).
  if (first === '') {
    const suffix = Number(last);
    return part(suffix === 0 ? 0 : Math.max(0, size - suffix), size, size);
  }
  const start = Number(first);
  const end = last === '' ? size : Number(last) + 1;
  return part(start, end, size);
}

function fromContentRange(contentRange: string, size: number): ByteRange {
  const parts = /^bytes (?:(\d+)-(\d+)|\*)\/(?:(\d+)|\*)/.exec(contentRange);
  if (!parts) return { kind: 'unsatisfiable' };
  if (parts[1] === undefined) return { kind: 'senseless' };
  const end = Number(parts[2]) + 1;
  const length = parts[3] === undefined ? size : Number(parts[3]);
  // Unlike the end of a Range, one beyond the image is not clipped (seen on the wire).
  return end > Math.min(length, size)
    ? { kind: 'unsatisfiable' }
    : part(Number(parts[1]), end, size);
}

function part(start: number, end: number, size: number): ByteRange {
  if (start >= size || end <= start) return { kind: 'unsatisfiable' };
  return { kind: 'part', start, end: Math.min(end, size) };
}
