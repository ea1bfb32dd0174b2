// The osprofiler bridge around tracing and the origin: a profile that a caller has signed becomes the
// trace of its call, and goes on to Glance signed anew, so that Glance's points hang under our spans.
import { type HeaderList, headerValues, withoutHeaders } from '../core/headers.ts';
import {
  type HmacSha1,
  PROFILE_HEADERS,
  type Profile,
  parentIdOf,
  profileHeaders,
  readProfile,
  traceOfProfile,
} from '../core/osprofiler.ts';
import { formatTraceparent, parseTraceparent, type TraceParent } from '../core/traceparent.ts';
import type { TraceContext } from '../ports/call.ts';
import type { Counters } from '../ports/call-observer.ts';
import type { Origin } from '../ports/origin.ts';
import type { GatewaySpan, GatewayTracing } from '../ports/tracing.ts';

export interface OsprofilerBridge {
  /**
   * Continues signed profiles. A valid `traceparent` beside one still gives the trace, because its
   * spans are in the caller's tracing; the profile then is a link. Whatever else comes in
   * osprofiler's headers is counted, noted on the span, and ignored.
   *
   * Only such a call asks Glance for points. Signing for others would let callers without a key set
   * Glance to work, which is what osprofiler signs against.
   */
  tracing(inner: GatewayTracing): GatewayTracing;
  /** Keeps the caller's own osprofiler headers from the origin: ours go out in their place. */
  origin(inner: Origin): Origin;
}

export interface OsprofilerBridgeParts {
  /** Any of them may verify; none at all, and osprofiler's headers are relayed like all others. */
  readonly keys: readonly string[];
  readonly hmac: HmacSha1;
  readonly counters: Counters;
}

export function createOsprofilerBridge(parts: OsprofilerBridgeParts): OsprofilerBridge {
  const { keys, hmac, counters } = parts;
  if (keys.length === 0) return { tracing: (inner) => inner, origin: (inner) => inner };

  return {
    tracing: (inner) => ({
      server(name, headers, attributes, caller) {
        const reading = readProfile(headers, keys, hmac);
        if (reading.kind === 'absent') return inner.server(name, headers, attributes, caller);
        if (reading.kind === 'refused') {
          const { reason } = reading;
          counters.count('osprofiler_refused', { reason });
          const refused = { 'glance_edge.osprofiler.refused': reason };
          return inner.server(name, headers, { ...attributes, ...refused }, caller);
        }
        const { profile } = reading;
        const told = { ...attributes, ...profileAttributes(profile) };
        const parent = callerParent(headers);
        if (parent === null) {
          return profiled(
            inner.server(name, continuing(profile, headers), told, 'trusted'),
            profile,
          );
        }
        const span = inner.server(name, headers, told, 'trusted');
        linkProfile(span, parent, traceOfProfile(profile));
        return profiled(span, profile);
      },

      child(parent, ...rest) {
        const span = inner.child(parent, ...rest);
        return parent.profile === null ? span : profiled(span, parent.profile);
      },

      headers(context) {
        const headers = inner.headers(context);
        const key = keys[context.profile?.keyIndex ?? -1];
        if (context.profile === null || key === undefined) return headers;
        return [...headers, ...profileHeaders(profileAt(context, context.profile), key, hmac)];
      },
    }),

    origin: (inner) => ({
      send: (call, request) =>
        inner.send(call, { ...request, headers: withoutHeaders(request.headers, PROFILE_HEADERS) }),
    }),
  };
}

function profileAttributes({ baseId, parentId }: Profile) {
  return {
    'glance_edge.osprofiler.base_id': baseId,
    'glance_edge.osprofiler.parent_id': parentId,
  };
}

/** Null without a `traceparent`, and for one that cannot be believed: repeated, or misshapen. */
function callerParent(headers: HeaderList): TraceParent | null {
  const [first, ...others] = headerValues(headers, 'traceparent');
  return first === undefined || others.length > 0 ? null : parseTraceparent(first);
}

/** A `tracestate` means nothing without the `traceparent` that it came with. */
function continuing(profile: Profile, headers: HeaderList): HeaderList {
  const traceparent = formatTraceparent(traceOfProfile(profile));
  return [...withoutHeaders(headers, TRACE_CONTEXT), ['traceparent', traceparent]];
}

const TRACE_CONTEXT: ReadonlySet<string> = new Set(['traceparent', 'tracestate']);

/** A caller that speaks both may mean one span by them. */
function linkProfile(span: GatewaySpan, parent: TraceParent, point: TraceParent): void {
  if (parent.traceId === point.traceId && parent.spanId === point.spanId) return;
  const to = { ...point, traceState: null, baggage: null, profile: null };
  span.link(to, { 'glance_edge.link': 'profile' });
}

function withProfile(context: TraceContext, profile: Profile): TraceContext {
  const { traceId, spanId, sampled, traceState, baggage } = context;
  return { traceId, spanId, sampled, traceState, baggage, profile };
}

function profiled(span: GatewaySpan, profile: Profile): GatewaySpan {
  return {
    context: withProfile(span.context, profile),
    set: (attributes) => span.set(attributes),
    event: (name, attributes) => span.event(name, attributes),
    link: (to, attributes) => span.link(to, attributes),
    fail: (code, message) => span.fail(code, message),
    end: (endTime) => span.end(endTime),
  };
}

/** Where tracing records nothing the span is still the caller's own, known by its whole UUID. */
function profileAt(
  { spanId }: TraceContext,
  profile: Profile,
): Pick<Profile, 'baseId' | 'parentId'> {
  const { baseId, parentId } = profile;
  const callers = traceOfProfile(profile).spanId === spanId;
  return { baseId, parentId: callers ? parentId : parentIdOf(spanId) };
}
