// Spans and counters around the cache's questions: may this caller download, and what is the record.
import type { Grants } from '../cache/grants.ts';
import type { Records } from '../cache/records.ts';
import { formatCacheStatus } from '../core/cache-status.ts';
import { asFailure } from '../core/failure.ts';
import type { DeclaredAttributes } from '../core/span-attributes.ts';
import type { Call } from '../ports/call.ts';
import type { Counters } from '../ports/call-observer.ts';
import type { GatewaySpan, GatewayTracing } from '../ports/tracing.ts';

export function traceGrants(grants: Grants, tracing: GatewayTracing, counters: Counters): Grants {
  return {
    ask: (call, question) =>
      inSpan(tracing, call, 'grant', imageAttributes(question), async (inner, span) => {
        const { region } = question;
        try {
          const grant = await grants.ask(inner, question);
          span.set({ 'glance_edge.grant': grant.kind === 'granted' ? grant.how : grant.kind });
          const yes =
            grant.kind === 'granted' && grant.how === 'remembered' ? 'remembered' : 'allowed';
          const answer = grant.kind === 'granted' ? yes : grant.kind;
          counters.count('grant', { region, answer: answer === 'undecided' ? 'failed' : answer });
          return grant;
        } catch (thrown) {
          counters.count('grant', { region, answer: 'failed' });
          throw thrown;
        }
      }),
  };
}

export function traceRecords(
  records: Records,
  tracing: GatewayTracing,
  counters: Counters,
): Records {
  return {
    read: (call, question) =>
      inSpan(tracing, call, 'record', imageAttributes(question), async (inner, span) => {
        const { region } = question;
        try {
          const read = await records.read(inner, question);
          if (read.kind === 'oversized') {
            counters.count('record', { region, answer: 'fetched' });
            return read;
          }
          const { status } = read;
          span.set({ 'glance_edge.cache_status': formatCacheStatus(status) });
          const kept = status.kind === 'hit' && (status.ttl === undefined ? 'fresh' : 'stale');
          const asked = status.kind === 'fwd' && status.collapsed ? 'collapsed' : 'fetched';
          counters.count('record', { region, answer: kept || asked });
          return read;
        } catch (thrown) {
          counters.count('record', { region, answer: 'failed' });
          throw thrown;
        }
      }),
  };
}

function imageAttributes(question: { region: string; imageId: string }): DeclaredAttributes {
  return { 'glance_edge.region': question.region, 'glance_edge.image.id': question.imageId };
}

/** Work below a span of its own, which says how it went wrong when it does. */
async function inSpan<T>(
  tracing: GatewayTracing,
  call: Call,
  name: 'grant' | 'record',
  attributes: DeclaredAttributes,
  work: (inner: Call, span: GatewaySpan) => Promise<T>,
): Promise<T> {
  const span = tracing.child(call.trace, name, 'internal', attributes);
  try {
    return await work({ ...call, trace: span.context }, span);
  } catch (thrown) {
    const failure = asFailure(thrown);
    span.fail(failure.code, failure.message);
    throw thrown;
  } finally {
    span.end();
  }
}
