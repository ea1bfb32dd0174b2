// OTLP messages by their official definition, and a decoder that takes nothing else: field numbers and
// types as in opentelemetry-proto 1.11.0 (trace/v1, metrics/v1, common/v1, resource/v1), wire types as in
// https://protobuf.dev/programming-guides/encoding.

export type Value = string | bigint | number | Buffer | Decoded;

/** Every field as the list of its values: none when it was not sent. */
export interface Decoded {
  readonly [field: string]: readonly Value[];
}

type Scalar = 'varint' | 'fixed64' | 'double' | 'fixed32' | 'text' | 'bytes';
type Schema = Readonly<Record<number, readonly [name: string, type: Scalar | (() => Schema)]>>;

const ANY_VALUE = (): Schema => ({
  1: ['string_value', 'text'],
  2: ['bool_value', 'varint'],
  3: ['int_value', 'varint'],
  4: ['double_value', 'double'],
  5: ['array_value', () => ({ 1: ['values', ANY_VALUE] })],
});
const KEY_VALUE = (): Schema => ({ 1: ['key', 'text'], 2: ['value', ANY_VALUE] });
const RESOURCE = (): Schema => ({
  1: ['attributes', KEY_VALUE],
  2: ['dropped_attributes_count', 'varint'],
});
const SCOPE = (): Schema => ({ 1: ['name', 'text'], 2: ['version', 'text'] });

const EVENT = (): Schema => ({
  1: ['time_unix_nano', 'fixed64'],
  2: ['name', 'text'],
  3: ['attributes', KEY_VALUE],
  4: ['dropped_attributes_count', 'varint'],
});
const LINK = (): Schema => ({
  1: ['trace_id', 'bytes'],
  2: ['span_id', 'bytes'],
  3: ['trace_state', 'text'],
  4: ['attributes', KEY_VALUE],
  5: ['dropped_attributes_count', 'varint'],
  6: ['flags', 'fixed32'],
});
const SPAN = (): Schema => ({
  1: ['trace_id', 'bytes'],
  2: ['span_id', 'bytes'],
  3: ['trace_state', 'text'],
  4: ['parent_span_id', 'bytes'],
  5: ['name', 'text'],
  6: ['kind', 'varint'],
  7: ['start_time_unix_nano', 'fixed64'],
  8: ['end_time_unix_nano', 'fixed64'],
  9: ['attributes', KEY_VALUE],
  10: ['dropped_attributes_count', 'varint'],
  11: ['events', EVENT],
  12: ['dropped_events_count', 'varint'],
  13: ['links', LINK],
  14: ['dropped_links_count', 'varint'],
  15: ['status', () => ({ 2: ['message', 'text'], 3: ['code', 'varint'] })],
  16: ['flags', 'fixed32'],
});

const EXEMPLAR = (): Schema => ({
  2: ['time_unix_nano', 'fixed64'],
  3: ['as_double', 'double'],
  4: ['span_id', 'bytes'],
  5: ['trace_id', 'bytes'],
  6: ['as_int', 'fixed64'],
  7: ['filtered_attributes', KEY_VALUE],
});
const NUMBER_POINT = (): Schema => ({
  2: ['start_time_unix_nano', 'fixed64'],
  3: ['time_unix_nano', 'fixed64'],
  4: ['as_double', 'double'],
  5: ['exemplars', EXEMPLAR],
  6: ['as_int', 'fixed64'],
  7: ['attributes', KEY_VALUE],
  8: ['flags', 'varint'],
});
const HISTOGRAM_POINT = (): Schema => ({
  2: ['start_time_unix_nano', 'fixed64'],
  3: ['time_unix_nano', 'fixed64'],
  4: ['count', 'fixed64'],
  5: ['sum', 'double'],
  6: ['bucket_counts', 'fixed64'],
  7: ['explicit_bounds', 'double'],
  8: ['exemplars', EXEMPLAR],
  9: ['attributes', KEY_VALUE],
  10: ['flags', 'varint'],
  11: ['min', 'double'],
  12: ['max', 'double'],
});
const METRIC = (): Schema => ({
  1: ['name', 'text'],
  2: ['description', 'text'],
  3: ['unit', 'text'],
  5: ['gauge', () => ({ 1: ['data_points', NUMBER_POINT] })],
  7: [
    'sum',
    () => ({
      1: ['data_points', NUMBER_POINT],
      2: ['aggregation_temporality', 'varint'],
      3: ['is_monotonic', 'varint'],
    }),
  ],
  9: [
    'histogram',
    () => ({ 1: ['data_points', HISTOGRAM_POINT], 2: ['aggregation_temporality', 'varint'] }),
  ],
});

/** ExportTraceServiceRequest. */
export const TRACES: Schema = exportOf('spans', SPAN);
/** ExportMetricsServiceRequest. */
export const METRICS: Schema = exportOf('metrics', METRIC);

function exportOf(items: string, item: () => Schema): Schema {
  const ofScope = (): Schema => ({
    1: ['scope', SCOPE],
    2: [items, item],
    3: ['schema_url', 'text'],
  });
  const ofResource = (): Schema => ({
    1: ['resource', RESOURCE],
    2: ['scopes', ofScope],
    3: ['schema_url', 'text'],
  });
  return { 1: ['resources', ofResource] };
}

/** Throws for a field that the definition does not have, and for one of another type. */
export function decode(schema: Schema, bytes: Buffer): Decoded {
  const fields: Record<string, Value[]> = {};
  let at = 0;
  while (at < bytes.length) {
    const tag = Number(varint());
    const field = schema[Math.floor(tag / 8)];
    if (field === undefined) throw new TypeError(`There is no field ${Math.floor(tag / 8)}.`);
    const [name, type] = field;
    const values = valuesOf(type, tag % 8, name);
    fields[name] = [...(fields[name] ?? []), ...values];
  }
  return fields;

  function valuesOf(type: Scalar | (() => Schema), wireType: number, name: string): Value[] {
    if (wireType !== 2) {
      if (typeof type === 'function' || WIRE_TYPES[type] !== wireType) {
        throw new TypeError(`${name} has wire type ${wireType}.`);
      }
      return [scalar(type)];
    }
    const length = Number(varint());
    const part = bytes.subarray(at, at + length);
    if (part.length < length) throw new RangeError(`${name} ends early.`);
    if (typeof type !== 'function' && type !== 'text' && type !== 'bytes')
      return packed(type, length);
    at += length;
    if (type === 'text') return [new TextDecoder('utf-8', { fatal: true }).decode(part)];
    return [type === 'bytes' ? part : decode(type(), part)];
  }

  function packed(type: Scalar, length: number): Value[] {
    const values: Value[] = [];
    for (const end = at + length; at < end; ) values.push(scalar(type));
    return values;
  }

  function scalar(type: Scalar): Value {
    if (type === 'varint') return varint();
    const start = at;
    at += type === 'fixed32' ? 4 : 8;
    if (type === 'fixed32') return bytes.readUInt32LE(start);
    return type === 'double' ? bytes.readDoubleLE(start) : bytes.readBigUInt64LE(start);
  }

  function varint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined || shift > 63n) throw new RangeError('A number does not end.');
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  }
}

const WIRE_TYPES = { varint: 0, fixed64: 1, double: 1, fixed32: 5, text: 2, bytes: 2 } as const;

/** The messages of a field. */
export function parts(message: Decoded, field: string): readonly Decoded[] {
  return (message[field] ?? []).filter(
    (value): value is Decoded => typeof value === 'object' && !Buffer.isBuffer(value),
  );
}

/** Attributes as they were told, whole numbers as numbers. */
export function attributesIn(message: Decoded): Record<string, unknown> {
  return Object.fromEntries(
    parts(message, 'attributes').map((pair) => {
      const [value] = parts(pair, 'value');
      const [told] = Object.values(value ?? {}).flat();
      const [key] = pair.key ?? [];
      return [typeof key === 'string' ? key : '', typeof told === 'bigint' ? Number(told) : told];
    }),
  );
}
