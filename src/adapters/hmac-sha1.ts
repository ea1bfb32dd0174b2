// HMAC-SHA-1 for the headers of osprofiler, by node:crypto, which Workers lend too.
import { createHmac } from 'node:crypto';

/** In hexadecimal: osprofiler's choice, and it takes no other. */
export const hmacSha1 = (key: string, text: string): string =>
  createHmac('sha1', key).update(text).digest('hex');
