// The `cache` section of the schema: chunks, memory, lifetimes and the tiers below memory.
import * as z from 'zod';
import { duration, size, text } from './leaf.ts';

const KIB = 2 ** 10;
const MIB = 2 ** 20;
const TIB = 2 ** 40;
const YEAR_MS = 365 * 86_400_000;

const LIFETIME = { min: 0, max: YEAR_MS };

const KIND = {
  description: 'The kind of the tier; the other keys depend on it.',
  form: 'disk or redis',
};

const DiskTier = z.strictObject({
  store: z.literal('disk').meta(KIND),
  path: text(
    {
      meaning: 'Disk tier: its folder, made when it is missing; relative to the current folder.',
      form: 'the path of a folder',
    },
    (path) => path || null,
  ),
  max_size: size(
    {
      meaning: 'Disk tier: the most that it takes up.',
      reason: 'At least 16 chunks, so that a fill never evicts what it has just written.',
    },
    { min: MIB, max: 1024 * TIB },
  ),
});

const RedisTier = z.strictObject({
  store: z.literal('redis').meta(KIND),
  url: text(
    {
      meaning:
        'Redis tier: a Redis or Valkey, single or cluster, with user, password and database where needed. Its bound is its own `maxmemory`.',
      form: 'a redis or rediss URL, such as redis://127.0.0.1:6379',
      secret: true,
    },
    (url) => (/^rediss?:\/\/[^/]/.test(url) && URL.canParse(url) ? url : null),
  ),
});

export const CacheSchema = z.strictObject({
  chunk_size: size(
    {
      meaning: 'Image data is cached in pieces of this size.',
      reason:
        'Smaller ones cost more lookups and Redis keys, larger ones more memory for each reader. A change leaves all data cached so far unused.',
    },
    { min: 64 * KIB, max: 64 * MIB },
  ).prefault('4MiB'),
  memory: size(
    {
      meaning:
        'Memory of all workers for records and chunks: what the memory tiers keep, and what fills and downloads hold, to which the tiers give way.',
      reason:
        'At least 4 chunks for each worker: what one reader and one fill hold at a time. Each has a tier of its own, so that what many ask for is in all of them, and takes some 200 MiB beside this.',
    },
    { min: 256 * KIB, max: TIB },
  ).prefault('512MiB'),
  metadata_ttl: duration(
    {
      meaning:
        'How long an image record answers again for the same caller without a question to Glance; `0s` turns that off.',
      reason:
        'Changes made elsewhere stay unseen for so long; those made through the gateway are seen at once.',
    },
    LIFETIME,
  ).prefault('10s'),
  authorization_ttl: duration(
    {
      meaning: "How long Glance's yes to a caller's download is remembered.",
      reason:
        'With `0s` Glance is asked for every download, so that a right that was taken away ends at once.',
    },
    LIFETIME,
  ).prefault('0s'),
  stale_if_error: duration(
    {
      meaning:
        'How long after their time records still serve, to the caller they were kept for, while no endpoint of the region answers.',
      reason:
        'Off unless you choose service over the latest word of Glance. Rights are never stretched: for downloads without Glance raise authorization_ttl.',
    },
    LIFETIME,
  ).prefault('0s'),
  secret: text(
    {
      meaning:
        'Keys the digests of tokens and the seals of shared tiers; gateways that share a Redis need the same one.',
      reason:
        'Without it a random one is kept beside the disk tier, or by each process for itself.',
      form: 'text of at least 16 characters',
      secret: true,
    },
    (secret) => (secret.length >= 16 ? secret : null),
  ).optional(),
  tiers: z
    .array(z.discriminatedUnion('store', [DiskTier, RedisTier]))
    .max(8)
    .meta({
      description: 'Tiers below memory, nearest first.',
      form: 'a list of at most 8 tiers',
    })
    .prefault([]),
});
