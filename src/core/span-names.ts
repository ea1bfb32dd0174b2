// Every span and span event of the gateway by name: what it stands for, from when to when. A part
// in braces is filled in.

interface SpanRow {
  readonly kind: 'server' | 'client' | 'internal';
  readonly meaning: string;
}

export const SPANS = {
  '{method} {route}': {
    kind: 'server',
    meaning:
      'A call, from its head to the last byte of its answer; `{method}` alone without a route.',
  },
  grant: { kind: 'internal', meaning: 'The question whether the caller may download the image.' },
  record: { kind: 'internal', meaning: 'The read of the image record, kept or fetched.' },
  'tier {name}': {
    kind: 'internal',
    meaning: 'All lookups of a call or a fill in one tier, from the first to the last.',
  },
  'fill.join': {
    kind: 'internal',
    meaning: 'A reader on a fill, from joining to leaving, linked to the fill.',
  },
  fill: {
    kind: 'internal',
    meaning: 'One read of image data for all who wait for it, linked to its readers.',
  },
  'origin {method}': {
    kind: 'client',
    meaning: 'An exchange with a region, its attempts included, to the end of its body.',
  },
} as const satisfies Readonly<Record<string, SpanRow>>;

type Filled<Name extends string> = Name extends `${infer Before}{${string}}${infer After}`
  ? `${Before}${string}${Filled<After>}`
  : Name;

/** Spans below that of a call. */
export type ChildSpanName = Filled<Exclude<keyof typeof SPANS, '{method} {route}'>>;

interface EventRow {
  readonly on: keyof typeof SPANS;
  readonly meaning: string;
}

export const SPAN_EVENTS = {
  'attempt.failed': {
    on: 'origin {method}',
    meaning: 'An endpoint did not answer, or was busy, and the request went on from there.',
  },
  resumed: { on: 'fill', meaning: 'The origin broke off at that byte and is asked again.' },
  verified: { on: 'fill', meaning: 'All bytes have come and their hash is that of the record.' },
} as const satisfies Readonly<Record<string, EventRow>>;

export type SpanEventName = keyof typeof SPAN_EVENTS;
