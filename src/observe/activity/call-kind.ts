// What a call counts as: by its Cache-Status for the hit ratio, and by its route and sources for the
// bytes of image data.
import type { ByteSource, CallSummary } from '../../ports/call-observer.ts';

export type CacheKind = 'hits' | 'misses' | 'bypasses';

/** Null for calls that have no Cache-Status: refused before anything was looked up. */
export function cacheKind(cacheStatus: string | null): CacheKind | null {
  if (cacheStatus === null) return null;
  if (/; hit(;|$)/.test(cacheStatus)) return 'hits';
  return /; fwd=(bypass|method)(;|$)/.test(cacheStatus) ? 'bypasses' : 'misses';
}

/** Whether the call was for image data, and some of it was sent. */
export function sentImageData(summary: CallSummary): boolean {
  const { method, route, status, bytesSent } = summary;
  const isData = method === 'GET' && route === '/v2/images/{image_id}/file';
  return isData && (status === 200 || status === 206) && bytesSent > 0;
}

/** Image data that was sent, by source. What was relayed came from the origin. */
export function imageBytesOf(summary: CallSummary): Readonly<Record<ByteSource, number>> {
  const { tierBytes, bytesSent } = summary;
  const { memory, disk, redis, origin } = tierBytes;
  if (memory + disk + redis + origin > 0 || !sentImageData(summary)) return tierBytes;
  return { ...tierBytes, origin: bytesSent };
}
