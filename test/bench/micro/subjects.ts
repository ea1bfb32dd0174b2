// The hot functions that are timed one by one: what every call goes through, and what every chunk
// does. Inputs are those of an ordinary day: a large token, an image of 40 GiB.
import { randomBytes } from 'node:crypto';
import { checkSegments, encodeHeads, segmentsFor } from '../../../src/adapters/disk/segments.ts';
import { createInlineDigests } from '../../../src/adapters/inline-digests.ts';
import { keyDigest } from '../../../src/adapters/key-digest.ts';
import { byteRange } from '../../../src/core/byte-range.ts';
import { chunkKey } from '../../../src/core/cache-key.ts';
import { formatCacheStatus } from '../../../src/core/cache-status.ts';
import { type ChunkLayout, sliceAt } from '../../../src/core/chunk-plan.ts';
import { forwardableRequestHeaders, type HeaderList } from '../../../src/core/headers.ts';
import { parseImageId } from '../../../src/core/image-id.ts';
import { parseImageRecord } from '../../../src/core/image-record.ts';
import { decodeManifest, encodeManifest } from '../../../src/core/manifest.ts';
import { requestDirectives } from '../../../src/core/request-directives.ts';
import { type RoutingTable, resolveTarget } from '../../../src/core/target.ts';
import { GIB, MIB } from '../row.ts';

export interface Subject {
  readonly name: string;
  /** Its result is used, so that no engine may leave the work out. */
  readonly run: () => unknown;
}

const ID = '0d0a0b0c-0000-4000-8000-000000000001';
const TOKEN = randomBytes(180).toString('base64url');
const LAYOUT: ChunkLayout = { size: 40 * GIB, chunkSize: 4 * MIB };
const SHA512 = '5a'.repeat(64);

const HEADERS: HeaderList = [
  ['Host', 'edge.example:9393'],
  ['User-Agent', 'python-glanceclient'],
  ['Accept-Encoding', 'gzip, deflate'],
  ['Accept', '*/*'],
  ['Connection', 'keep-alive'],
  ['X-Auth-Token', TOKEN],
  ['X-OpenStack-Request-ID', `req-${ID}`],
  ['X-Identity-Status', 'Confirmed'],
];

const TABLE: RoutingTable = {
  regions: ['RegionOne', 'RegionTwo'].map((name) => ({
    name,
    endpoints: [`http://${name.toLowerCase()}.example:9292`],
    hosts: [],
  })),
  defaultRegion: 'RegionOne',
  publicUrl: 'http://edge.example:9393',
};

const head = (target: string) => ({
  method: 'GET',
  target,
  scheme: 'http' as const,
  host: 'edge.example:9393',
});

export function subjects(): readonly Subject[] {
  const plain = head(`/v2/images/${ID}/file`);
  const uri = encodeURIComponent(`http://regiontwo.example:9292/v2/images/${ID}`);
  const byUri = head(`/v2/images/${uri}/file`);
  const digests = createInlineDigests({ secret: 'a secret of the benchmark' });
  return [
    { name: 'target of a path', run: () => resolveTarget(TABLE, plain) },
    { name: 'target of an image URI', run: () => resolveTarget(TABLE, byUri) },
    { name: 'request headers to pass on', run: () => forwardableRequestHeaders(HEADERS) },
    { name: 'directives of a request', run: () => requestDirectives(HEADERS) },
    { name: 'digest of a token', run: () => digests.keyed(TOKEN) },
    { name: 'range', run: () => byteRange('bytes=123456789-123460884', null, LAYOUT.size) },
    { name: 'slice', run: () => sliceAt(LAYOUT, 20 * GIB + 5, 30 * GIB) },
    {
      name: 'cache status',
      run: () => formatCacheStatus({ kind: 'fwd', reason: 'uri-miss', stored: true }),
    },
    record(),
    ...manifests(),
    ...entries(),
  ];
}

function record(): Subject {
  const properties = Object.fromEntries(
    Array.from({ length: 30 }, (_, at) => [`hw_property_${at}`, 'a value']),
  );
  const text = JSON.stringify({
    ...properties,
    id: ID,
    status: 'active',
    size: LAYOUT.size,
    checksum: '5a'.repeat(16),
    os_hash_algo: 'sha512',
    os_hash_value: SHA512,
  });
  const bytes = Buffer.from(text);
  return { name: 'image record', run: () => parseImageRecord(bytes) };
}

function manifests(): Subject[] {
  const imageId = parseImageId(ID);
  if (imageId === null) throw new Error('no image id');
  const { size } = LAYOUT;
  const generation = { region: 'RegionOne', imageId, algorithm: 'sha512', value: SHA512, size };
  const digests = Array.from({ length: size / LAYOUT.chunkSize }, () =>
    randomBytes(32).toString('hex'),
  );
  const encoded = encodeManifest({ ...LAYOUT, digests });
  return [{ name: 'manifest of 40 GiB, decoded', run: () => decodeManifest(encoded, generation) }];
}

function entries(): Subject[] {
  const key = chunkKey('5a'.repeat(32));
  const digest = keyDigest(key);
  const payload = randomBytes(4 * MIB);
  const heads = encodeHeads(digest, payload, null);
  const run = segmentsFor(payload.byteLength, 0, payload.byteLength);
  const check = () => checkSegments(digest, payload.byteLength, run, heads, payload);
  if (check().kind !== 'intact') throw new Error('no entry');
  return [
    { name: 'key of a chunk, digested', run: () => keyDigest(key) },
    { name: 'segments of 4 MiB, checked', run: check },
  ];
}
