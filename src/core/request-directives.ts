// What a client's Cache-Control asks of the gateway (RFC 9111 §5.2.1).
import { type HeaderList, headerValues } from './headers.ts';

export interface RequestDirectives {
  /** Nothing kept may answer without asking the origin anew. */
  readonly noCache: boolean;
  /** Nothing of this exchange may be kept: it is relayed. */
  readonly noStore: boolean;
}

/** `max-age=0` means no-cache; `Pragma: no-cache` counts when there is no Cache-Control (RFC 9111 §5.4). */
export function requestDirectives(headers: HeaderList): RequestDirectives {
  const control = wordsOf(headers, 'cache-control');
  const words = control.length > 0 ? control : wordsOf(headers, 'pragma');
  return {
    noCache:
      words.includes('no-cache') || words.some((word) => /^max-age\s*=\s*"?0+"?$/.test(word)),
    noStore: words.includes('no-store'),
  };
}

/** The members of a list header, which may come in several lines (RFC 9110 §5.3). */
function wordsOf(headers: HeaderList, wanted: string): readonly string[] {
  return headerValues(headers, wanted)
    .flatMap((value) => value.toLowerCase().split(','))
    .map((word) => word.trim());
}
