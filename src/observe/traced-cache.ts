// Spans and counters around the cache's questions: may this caller download, and what is the record.
import type { Grant, Grants } from '../cache/grants.ts';
import type { RecordRead, Records } from '../cache/records.ts';
import { type AtOnce, settled } from '../core/at-once.ts';
import { formatCacheStatus } from '../core/cache-status.ts';
import { asFailure } from '../core/failure.ts';
import type { Call } from '../ports/call.ts';
import type { Counters } from '../ports/call-observer.ts';
import type { GatewaySpan, GatewayTracing } from '../ports/tracing.ts';

export function traceGrants(grants: Grants, tracing: GatewayTracing, counters: Counters): Grants {
  return {
    ask: (call, question) =>
      inSpan(tracing, call, question, {
        name: 'grant',
        ask: (inner) => grants.ask(inner, question),
        answered(grant, span) {
          span.set({ 'glance_edge.grant': grant.kind === 'granted' ? grant.how : grant.kind });
          counters.count('grant', { region: question.region, answer: countedAs(grant) });
        },
        failed: () => counters.count('grant', { region: question.region, answer: 'failed' }),
      }),
  };
}

function countedAs(grant: Grant): 'remembered' | 'allowed' | 'refused' | 'failed' {
  if (grant.kind === 'undecided') return 'failed';
  if (grant.kind === 'refused') return 'refused';
  return grant.how === 'remembered' ? 'remembered' : 'allowed';
}

export function traceRecords(
  records: Records,
  tracing: GatewayTracing,
  counters: Counters,
): Records {
  return {
    read: (call, question) =>
      inSpan<RecordRead>(tracing, call, question, {
        name: 'record',
        ask: (inner) => records.read(inner, question),
        answered(read, span) {
          const { region } = question;
          if (read.kind === 'oversized') {
            counters.count('record', { region, answer: 'fetched' });
            return;
          }
          const { status } = read;
          span.set({ 'glance_edge.cache_status': formatCacheStatus(status) });
          const kept = status.kind === 'hit' && (status.ttl === undefined ? 'fresh' : 'stale');
          const asked = status.kind === 'fwd' && status.collapsed ? 'collapsed' : 'fetched';
          counters.count('record', { region, answer: kept || asked });
        },
        failed: () => counters.count('record', { region: question.region, answer: 'failed' }),
      }),
  };
}

/** A question to the cache that has a span of its own. */
interface Asked<T> {
  readonly name: 'grant' | 'record';
  ask(inner: Call): AtOnce<T>;
  answered(answer: T, span: GatewaySpan): void;
  failed(): void;
}

/** The span says how it went wrong when it does. */
function inSpan<T>(
  tracing: GatewayTracing,
  call: Call,
  { region, imageId }: { readonly region: string; readonly imageId: string },
  asked: Asked<T>,
): AtOnce<T> {
  const about = { 'glance_edge.region': region, 'glance_edge.image.id': imageId };
  const span = tracing.child(call.trace, asked.name, 'internal', about);
  const inner = { signal: call.signal, trace: span.context, watch: call.watch };
  return settled(
    () => asked.ask(inner),
    (answer) => {
      asked.answered(answer, span);
      span.end();
      return answer;
    },
    (thrown) => {
      asked.failed();
      const failure = asFailure(thrown);
      span.fail(failure.code, failure.message);
      span.end();
      throw thrown;
    },
  );
}
