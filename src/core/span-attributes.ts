// Every attribute that a span, a span event or a link of ours may carry: the one place where their
// names, types, units and meanings stand. What is not declared here can't be set.

/** How an attribute is to be read. */
export interface AttributeRow {
  readonly type: 'string' | 'number' | 'boolean' | 'string[]';
  /** UCUM code (`ms`, `By`), null for what has none. */
  readonly unit: string | null;
  readonly meaning: string;
}

/** HTTP's and the network's from OpenTelemetry's stable semantic conventions, `glance_edge.*` our own. */
export const SPAN_ATTRIBUTES = {
  'http.request.method': text('Method of the request; `_OTHER` for one that HTTP does not name.'),
  'http.request.method_original': text('The method as it came, where it is another.'),
  'http.request.body.size': bytes('Body of the request, as far as it was read.'),
  'http.request.resend_count': count('Requests that were sent again before one was answered.'),
  'http.response.status_code': count('Status of the answer; 499 when the client left before one.'),
  'http.response.body.size': bytes('Body of the answer, as far as it was handed on.'),
  'http.route': text('Template of the route, never a path.'),
  'url.scheme': text('`http` or `https`.'),
  'url.path': text('Path as it came, without the credentials of image URIs in it.'),
  'url.full': text('Where the origin was asked: its endpoint and the path, without a query.'),
  'server.address': text(
    "Host of the gateway as the client named it; on an origin span, the origin's.",
  ),
  'server.port': count('Port that belongs to `server.address`.'),
  'client.address': text('Address that the client connected from.'),
  'network.protocol.version': text('Version of HTTP: `1.1`.'),
  'user_agent.original': text('`User-Agent` of the client, at most 256 characters.'),
  'error.type': text('A failure code of the gateway, or the status that the origin refused with.'),

  'glance_edge.region': text('Region that the request went to.'),
  'glance_edge.region.source': text(
    'What chose the region: `path`, `image-uri`, `host` or `default`.',
  ),
  'glance_edge.sibling': flag(
    'The call came from another worker of this gateway, as a part of one that it serves.',
  ),
  'glance_edge.image.id': text('UUID of the image.'),
  'glance_edge.image.size': bytes('Size of the image data by its record.'),
  'glance_edge.request_id': text('`X-Openstack-Request-Id` of the answer.'),
  'glance_edge.global_request_id': text("The caller's own `X-Openstack-Request-Id`."),
  'glance_edge.cache_status': text("The gateway's member of `Cache-Status`, as RFC 9211 has it."),
  'glance_edge.ended': text(
    'How the answer ended: `complete`, `client-gone`, or `destroyed` when it could not be made whole.',
  ),
  'glance_edge.ttfb_ms': ms("From the request's head to the first byte of the answer's body."),
  'glance_edge.grant': text(
    'The right to download: `asked`, `remembered`, `refused` or `undecided`.',
  ),
  'glance_edge.bytes.memory': bytes('Image data in the answer out of memory.'),
  'glance_edge.bytes.disk': bytes('Image data in the answer out of the disk tier.'),
  'glance_edge.bytes.redis': bytes('Image data in the answer out of the Redis tier.'),
  'glance_edge.bytes.origin': bytes('Image data from the origin: in the answer, or in the fill.'),

  'glance_edge.tier.name': text('`memory`, `disk` or `redis`.'),
  'glance_edge.tier.lookups': count('Lookups that the tier was asked for.'),
  'glance_edge.tier.hits': count('Lookups that found something.'),
  'glance_edge.tier.misses': count('Lookups that found nothing.'),
  'glance_edge.tier.failures': count('Lookups that failed; each went on as a miss.'),
  'glance_edge.tier.bytes': bytes('What the hits brought.'),
  'glance_edge.tier.slowest_ms': ms('The longest of the lookups.'),
  'glance_edge.tier.busy_ms': ms('All lookups together; those at the same time count twice.'),

  'glance_edge.origin.attempts': count('Requests sent to the origin.'),
  'glance_edge.origin.request_id': text("The origin's own `X-Openstack-Request-Id`."),
  'glance_edge.origin.endpoint': text('Endpoint of the region, without credentials.'),

  'glance_edge.fill.kind': text('`whole`, or `repair` of single chunks that had gone.'),
  'glance_edge.fill.end': text('`committed`, `repaired`, `abandoned` or `failed`.'),
  'glance_edge.fill.readers': count('Readers that the fill has had.'),
  'glance_edge.fill.resumptions': count('Times that it went on after its origin broke off.'),
  'glance_edge.fill.position': bytes('Offset in the image data.'),
  'glance_edge.fill.verify_wait_ms': ms(
    'From the last byte that came to the proof that all are right.',
  ),
  'glance_edge.fill.waited_ms': ms('Time that the reader waited for the fill to bring something.'),
  'glance_edge.fill.stored.memory': count('Chunks that memory took.'),
  'glance_edge.fill.stored.disk': count('Chunks that the disk tier took.'),
  'glance_edge.fill.stored.redis': count('Chunks that the Redis tier took.'),
  'glance_edge.fill.refused.memory': count('Chunks that memory would not or could not take.'),
  'glance_edge.fill.refused.disk': count('Chunks that the disk tier would not or could not take.'),
  'glance_edge.fill.refused.redis': count(
    'Chunks that the Redis tier would not or could not take.',
  ),
  'glance_edge.fill.evicted.memory': count('Entries that memory forgot to take chunks.'),
  'glance_edge.fill.evicted.disk': count('Entries that the disk tier forgot to take chunks.'),
  'glance_edge.fill.evicted_bytes.memory': bytes('What those took up in memory.'),
  'glance_edge.fill.evicted_bytes.disk': bytes('What those took up on the disk.'),
  'glance_edge.link': text(
    'What is linked: the `fill` that was waited for, one of its `reader`s, or the `profile` that a caller with a trace of its own has signed.',
  ),

  'glance_edge.osprofiler.base_id': text('osprofiler profile that the call belongs to.'),
  'glance_edge.osprofiler.parent_id': text("The caller's point in that profile."),
  'glance_edge.osprofiler.refused': text(
    "Why the call's osprofiler headers were ignored: `signature` or `malformed`.",
  ),

  'code.function.name': text('Method of the library, as in `ImageApi.download`.'),
} as const satisfies Readonly<Record<string, AttributeRow>>;

export type SpanAttributeName = keyof typeof SPAN_ATTRIBUTES;

interface ValueOf {
  readonly string: string;
  readonly number: number;
  readonly boolean: boolean;
  readonly 'string[]': readonly string[];
}

/** What a span of the gateway may be told; undefined leaves an attribute out. */
export type DeclaredAttributes = {
  readonly [Name in SpanAttributeName]?:
    | ValueOf[(typeof SPAN_ATTRIBUTES)[Name]['type']]
    | undefined;
};

function text(meaning: string) {
  return { type: 'string', unit: null, meaning } as const;
}

function flag(meaning: string) {
  return { type: 'boolean', unit: null, meaning } as const;
}

function count(meaning: string) {
  return { type: 'number', unit: null, meaning } as const;
}

function bytes(meaning: string) {
  return { type: 'number', unit: 'By', meaning } as const;
}

function ms(meaning: string) {
  return { type: 'number', unit: 'ms', meaning } as const;
}
