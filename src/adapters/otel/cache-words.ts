// The gateway's member of Cache-Status as metric labels: its words, without the numbers that would
// make every answer a series of its own.

export interface CacheWords {
  /** `hit`, the `fwd` reason, or `none`. */
  readonly cache: string;
  /** `detail`, `collapsed` for a reader that joined a fill, or `none`. */
  readonly detail: string;
}

export function cacheWords(cacheStatus: string | null): CacheWords {
  const text = cacheStatus ?? '';
  const known = recent.get(text);
  if (known) return known;
  // Texts with a `ttl` are many; the others are a few dozen, and soon back.
  if (recent.size >= 256) recent.clear();
  const words = parse(text);
  recent.set(text, words);
  return words;
}

const recent = new Map<string, CacheWords>();

function parse(cacheStatus: string): CacheWords {
  const parameters = new Map<string, string>();
  for (const part of cacheStatus.split(';')) {
    const [name = '', value = ''] = part.trim().split('=', 2);
    parameters.set(name, value);
  }
  const cache = parameters.has('hit') ? 'hit' : word(parameters.get('fwd'));
  const detail = parameters.has('collapsed') ? 'collapsed' : word(parameters.get('detail'));
  return { cache, detail };
}

/** Whether it says that the cache had it. */
export function isHit(cacheStatus: unknown): boolean {
  return typeof cacheStatus === 'string' && /; hit(;|$)/.test(cacheStatus);
}

function word(text: string | undefined): string {
  if (text === undefined) return 'none';
  return /^[a-z][a-z-]{0,31}$/.test(text) ? text : 'other';
}
