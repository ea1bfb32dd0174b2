// A call as an observer is told of it, for tests that vary one thing about it.
import type { CallSummary } from '../../src/ports/call-observer.ts';

/** A hit out of memory that went well, but for `changes`. */
export function callSummary(changes: Partial<CallSummary> = {}): CallSummary {
  return {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    method: 'GET',
    route: '/v2/images/{image_id}/file',
    region: 'RegionOne',
    imageId: '11111111-2222-4333-8444-555555555555',
    status: 200,
    cacheStatus: 'glance-edge; hit; detail=memory',
    tierBytes: { memory: 0, disk: 0, redis: 0, origin: 0 },
    bytesSent: 0,
    bytesReceived: 0,
    originAttempts: 0,
    durationMs: 1,
    ttfbMs: null,
    ended: 'complete',
    failure: null,
    requestId: 'req-1',
    ...changes,
  };
}
