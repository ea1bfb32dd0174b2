// The schema of the configuration file: every key with its meaning, its bounds and why they are so.
// Checked key by key here; what concerns several keys is in `cross-checks.ts`.
import * as z from 'zod';
import { normalizeEndpoint } from '../core/endpoint.ts';
import { parseAddress } from './address.ts';
import { CacheSchema } from './cache-schema.ts';
import { choice, count, ratio, text } from './leaf.ts';
import { LimitsSchema, TimeoutsSchema } from './limits-schema.ts';
import { RegionsSchema } from './region-schema.ts';

const address = (meaning: string, reason: string) =>
  text({ meaning, reason, form: 'host:port, such as 127.0.0.1:9393 or [::]:9393' }, parseAddress);

const pemFile = (meaning: string) =>
  text(
    { meaning, form: 'the path of a PEM file, relative to the current folder' },
    (path) => path || null,
  );

const PublicUrl = text(
  {
    meaning:
      'The address under which clients reach the gateway; links in `/versions` and `Location` are built from it.',
    reason:
      'Without it they are built from the `Host` of each request, as Glance does, and such an answer is never cached.',
    form: 'an http or https URL without user, query and fragment, such as https://images.example',
  },
  normalizeEndpoint,
);

const Tls = z
  .strictObject({
    cert: pemFile('Certificate chain of the API face, leaf first.'),
    key: pemFile('Private key of that certificate, not encrypted.'),
  })
  .meta({
    description: 'Serves the API face over TLS.',
    form: 'a mapping with cert and key',
  });

/** Headers for the collector, credentials too, go into `OTEL_EXPORTER_OTLP_HEADERS`. */
const OTLP_URL = /^https?:\/\/[^/?#@\\]+(\/[^?#]*)?$/i;

/** osprofiler splits its `hmac_keys` at commas and trims them: other keys would match none of its own. */
const osprofilerKey = (key: string): string | null =>
  /^[^\s,]([^,]*[^\s,])?$/.test(key) ? key : null;

const Tracing = z.strictObject({
  keep: count(
    {
      meaning:
        'Finished traces held for the trace page; with 0 and no collector no spans are made.',
      reason:
        'They are held in memory only; the oldest of the most frequent kind goes first: errors, the slowest calls, refused ones and each route have room of their own. Of usual hits at most twice as many are taken in each minute, 2,000 at the least, so that a busy minute does not push out the hour.',
    },
    { min: 0, max: 100_000 },
  ).prefault(1000),
  sample: ratio(
    {
      meaning:
        'The share of traces that are exported. A trace whose caller does not want it sampled is not; the `sampled` flag of others counts for no more than that share, since anybody may send it, unless the call comes with a signed osprofiler profile. Glance is told what was decided here. The trace page shows all calls.',
      reason: 'An edge has few calls, each of them long: all of them are worth a trace.',
    },
    { min: 0, max: 1 },
  ).prefault(1),
  otlp_endpoint: text(
    {
      meaning:
        'Collector that spans are sent to, OTLP over HTTP. The standard `OTEL_*` variables work too.',
      form: 'an http or https URL without user, query and fragment, such as http://127.0.0.1:4318',
    },
    (url) => (OTLP_URL.test(url) && URL.canParse(url) ? url : null),
  ).optional(),
  osprofiler_hmac_keys: z
    .array(text({ meaning: '', form: 'text without commas', secret: true }, osprofilerKey))
    .max(16)
    .meta({
      description:
        "Keys of osprofiler, as in `hmac_keys` of Glance's `[profiler]`: a profile that was signed with any of them (`X-Trace-Info`, `X-Trace-HMAC`) becomes the call's trace, and Glance is asked for its points in it, signed with the same key. Without keys these headers are relayed as they came.",
      form: 'a list of at most 16 keys',
    })
    .prefault([]),
});

const Log = z.strictObject({
  level: choice(
    {
      meaning: 'The least important lines that are still written, as JSON, to the standard output.',
    },
    ['trace', 'debug', 'info', 'warn', 'error', 'silent'],
  ).prefault('info'),
});

export const ConfigSchema = z.strictObject({
  listen: address(
    'Where the Glance API face listens; port 0 lets the system choose.',
    'Open to other machines only when you say so.',
  ).prefault('127.0.0.1:9393'),
  admin: address(
    'Where the admin face listens: metrics, trace page, health.',
    'It knows no users, so it is never on the public face.',
  ).prefault('127.0.0.1:9394'),
  public_url: PublicUrl.optional(),
  tls: Tls.optional(),
  workers: count(
    {
      meaning:
        'Processes that share the listening address, the disk tier and the fills; one more sees to them and has the admin face.',
      reason:
        'One serves some thousand calls or some GiB a second; more are for machines with more cores and clients than that. `cache.memory` and `limits` are of all together: each worker has an equal share, rounded up.',
    },
    { min: 1, max: 256 },
  ).prefault(1),
  default_region: text(
    {
      meaning: 'The region of calls that name none.',
      form: 'the name of a region that is listed under regions',
    },
    (name) => name || null,
  ),
  regions: RegionsSchema,
  cache: CacheSchema.prefault({}),
  tracing: Tracing.prefault({}),
  log: Log.prefault({}),
  timeouts: TimeoutsSchema.prefault({}),
  limits: LimitsSchema.prefault({}),
});

/** What the schema makes of a file: values parsed, defaults filled in, keys still as written. */
export type ParsedConfig = z.output<typeof ConfigSchema>;
