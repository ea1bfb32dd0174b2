// The `timeouts` and `limits` sections of the schema: what keeps every wait and every buffer bounded.
import * as z from 'zod';
import { count, duration, size } from './leaf.ts';

const KIB = 2 ** 10;
const MIB = 2 ** 20;
const GIB = 2 ** 30;
const DAY_MS = 86_400_000;

const WAIT = { min: 1, max: DAY_MS };

export const TimeoutsSchema = z.strictObject({
  connect: duration(
    {
      meaning: 'Longest wait for a connection to an endpoint.',
      reason: 'A WAN handshake takes well under a second; then the next endpoint has its turn.',
    },
    WAIT,
  ).prefault('5s'),
  answer: duration(
    {
      meaning: 'Longest wait for the head of an answer.',
      reason: 'As long as the proxies in front of Glance usually wait.',
    },
    WAIT,
  ).prefault('60s'),
  upload: duration(
    {
      meaning: "Longest wait for the answer after an upload's last byte.",
      reason: 'Glance answers when its store has it all.',
    },
    WAIT,
  ).prefault('10m'),
  stall: duration(
    {
      meaning: 'Longest silence in the middle of a body from the origin.',
      reason: 'Long enough for a store to fetch its next object; after it the transfer is resumed.',
    },
    WAIT,
  ).prefault('30s'),
  idle: duration(
    {
      meaning: 'Longest time that a client may neither read nor write.',
      reason: 'Nova may stop reading while it writes the image to a busy disk.',
    },
    WAIT,
  ).prefault('5m'),
  drain: duration(
    {
      meaning: 'How long running transfers may finish at shutdown.',
      reason: 'What service managers usually grant before they kill.',
    },
    { min: 0, max: DAY_MS },
  ).prefault('30s'),
});

export const LimitsSchema = z.strictObject({
  header_size: size(
    {
      meaning: 'Most bytes of request headers; over it the answer is 431.',
      reason: 'Keystone tokens and service catalogues take several KiB.',
    },
    { min: 8 * KIB, max: MIB },
  ).prefault('64KiB'),
  client_connections: count(
    {
      meaning: 'Open connections of clients; one more is closed at once.',
      reason: 'Each takes a file descriptor and some memory, also while it is idle.',
    },
    { min: 1, max: 1_000_000 },
  ).prefault(8192),
  calls: count(
    {
      meaning: 'Calls under way at once; over it the answer is 503.',
      reason:
        'Each holds connections and their buffers; a client that stalls in a download holds 256 KiB as a rule, beside `cache.memory`; without a tier below memory a chunk or two.',
    },
    { min: 1, max: 1_000_000 },
  ).prefault(4096),
  fills: count(
    {
      meaning: 'Image fills under way at once.',
      reason: 'More would share the same WAN and all end later.',
    },
    { min: 1, max: 4096 },
  ).prefault(32),
  fill_lanes: count(
    {
      meaning: 'Parallel ranged reads of one fill, where the origin can do ranges.',
      reason: 'One TCP stream seldom fills a long link; more lanes take from the other fills.',
    },
    { min: 1, max: 64 },
  ).prefault(4),
  fill_buffers: size(
    {
      meaning:
        'Memory of chunks in the hands of fills, all fills together; each may have a chunk, however many run, and one for each lane that fetches what somebody waits for further on.',
      reason:
        'At least one chunk; without a bound a fast origin and a slow disk would take it all.',
    },
    { min: 64 * KIB, max: 64 * GIB },
  ).prefault('64MiB'),
  connections: count(
    {
      meaning: 'Open connections to each endpoint.',
      reason: 'A burst of calls must not open sockets without end.',
    },
    { min: 1, max: 65_536 },
  ).prefault(128),
});
