// HMAC on Node, for the headers of osprofiler.
import { createHmac } from 'node:crypto';

/** HMAC-SHA-1 in hexadecimal: osprofiler's choice, and it takes no other. */
export const hmacSha1 = (key: string, text: string): string =>
  createHmac('sha1', key).update(text).digest('hex');
