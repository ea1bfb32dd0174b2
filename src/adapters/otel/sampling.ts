// Which traces are exported. A caller's `sampled` flag is a wish, not an order: anybody may send it, with
// any trace id, and each span that is exported costs the collector its place.
// https://www.w3.org/TR/trace-context/#sampled-flag
import { hash, randomUUID } from 'node:crypto';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { SamplingDecision, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace';

export interface Sampling {
  /** Of a trace that begins here, under a random id. */
  begun(traceId: string): boolean;
  /** Of a trace that its caller, who may be anybody, wants sampled: at the same share, all its calls alike. */
  wished(traceId: string): boolean;
}

/** @param share of the traces, 0 to 1 */
export function createSampling(share: number): Sampling {
  const ratio = new TraceIdRatioBasedSampler(share);
  // Callers choose their ids; which of them are lucky is our secret.
  const secret = randomUUID();

  function begun(traceId: string): boolean {
    const { decision } = ratio.shouldSample(ROOT_CONTEXT, traceId);
    return decision === SamplingDecision.RECORD_AND_SAMPLED;
  }

  return {
    begun,
    wished: (traceId) => share >= 1 || begun(hash('sha256', secret + traceId).slice(0, 32)),
  };
}
