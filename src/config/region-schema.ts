// The `regions` section of the schema: the only addresses that the gateway ever connects to.
import * as z from 'zod';
import { normalizeEndpoint } from '../core/endpoint.ts';
import { text } from './leaf.ts';

const Endpoint = text(
  {
    meaning: '',
    form: 'an http or https URL without user, query and fragment, such as http://glance.example:9292',
  },
  normalizeEndpoint,
);

const Host = text(
  { meaning: '', form: 'a host, with its port where that is not the usual one' },
  (host) => (HOST.test(host) && URL.canParse(`http://${host}`) ? host.toLowerCase() : null),
);

const HOST = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(:\d{1,5})?$/;

const RegionSchema = z.strictObject({
  endpoints: z.array(Endpoint).min(1).max(64).meta({
    description:
      'Glance endpoints of the region: shuffled once, then cycled, as Nova does. A trailing `/v2` is taken off.',
    form: 'a list of 1 to 64 endpoints',
  }),
  hosts: z
    .array(Host)
    .max(64)
    .meta({
      description: 'Values of `Host` that lead to this region.',
      form: 'a list of at most 64 hosts',
    })
    .prefault([]),
  ca: text(
    {
      meaning:
        "Certificates that this region's https endpoints are checked against, instead of the well-known ones.",
      form: 'the path of a PEM file, relative to the current folder',
    },
    (path) => path || null,
  ).optional(),
});

export const RegionsSchema = z
  .record(z.string(), RegionSchema)
  .refine((regions) => Object.keys(regions).length > 0)
  .meta({
    description: 'The regions, by name.',
    form: 'a mapping of at least one region name to its endpoints',
  });
