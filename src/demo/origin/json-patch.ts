// PATCH of an image: reads both of Glance's JSON patch media types and applies the operations to
// a record. Refusals: 400 malformed, 403 not yours to set, 409 nothing there (or there already).
import { isBaseAttribute, requireSettable, withAttribute } from './attributes.ts';
import type { ImageRecord } from './image-record.ts';
import { mediaTypeRefusal, refusal } from './refusal.ts';

export interface PatchOperation {
  readonly op: 'add' | 'replace' | 'remove';
  readonly name: string;
  readonly value: unknown;
  /** The newer media type lets `add` overwrite. */
  readonly addOverwrites: boolean;
}

const V20 = 'application/openstack-images-v2.0-json-patch';
const V21 = 'application/openstack-images-v2.1-json-patch';

/** The operations of a request body under that media type. */
export function patchOperations(mediaType: string, body: unknown): readonly PatchOperation[] {
  requirePatchType(mediaType);
  if (!Array.isArray(body)) {
    throw refusal(400, 'Request body must be a JSON array of operation objects.');
  }
  return body.map((item: unknown) => operation(item, mediaType === V21));
}

/** Refuses with 415 any other media type. */
export function requirePatchType(mediaType: string): void {
  if (mediaType === V20 || mediaType === V21) return;
  throw mediaTypeRefusal(mediaType, { 'Accept-Patch': `${V20}, ${V21}` });
}

/** The record after one operation; who may ask for it is not looked at here. */
export function patched(image: ImageRecord, { op, name, ...rest }: PatchOperation): ImageRecord {
  const there = isBaseAttribute(name) || Object.hasOwn(image.properties, name);
  switch (op) {
    case 'add':
      if (there && !rest.addOverwrites) throw conflict(`Property ${name} already present.`);
      break;
    case 'replace':
      if (!there) throw conflict(`Property ${name} does not exist.`);
      break;
    case 'remove':
      return withoutProperty(image, name);
  }
  if ((name === 'disk_format' || name === 'container_format') && image.status !== 'queued') {
    throw refusal(403, `Attribute ${name} can be only replaced for a queued image.`);
  }
  return withAttribute(image, name, rest.value);
}

function withoutProperty(image: ImageRecord, name: string): ImageRecord {
  if (isBaseAttribute(name)) {
    throw refusal(403, 'Access was denied to this resource.', {
      detail: `Property ${name} may not be removed.`,
    });
  }
  const { [name]: gone, ...properties } = image.properties;
  if (gone === undefined) throw conflict(`Property ${name} does not exist.`);
  return { ...image, properties };
}

const conflict = (detail: string) =>
  refusal(409, 'There was a conflict when trying to complete your request.', { detail });

const OPERATIONS = ['add', 'remove', 'replace'] as const;

function operation(item: unknown, addOverwrites: boolean): PatchOperation {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) {
    throw refusal(400, 'Operations must be JSON objects.');
  }
  const fields = new Map<string, unknown>(Object.entries(item));
  const op = operationWord(fields, addOverwrites);
  const name = attributeName(fields.get(addOverwrites ? 'path' : op));
  requireSettable(name);
  if (op !== 'remove' && !fields.has('value')) {
    throw refusal(400, `Operation "${op}" requires a member named "value".`);
  }
  return { op, name, value: fields.get('value'), addOverwrites };
}

function operationWord(
  fields: ReadonlyMap<string, unknown>,
  isNewer: boolean,
): PatchOperation['op'] {
  const word = isNewer ? fields.get('op') : OPERATIONS.find((name) => fields.has(name));
  const op = OPERATIONS.find((name) => name === word);
  if (op !== undefined) return op;
  if (!isNewer) {
    const known = 'exactly one member named "add", "remove", or "replace"';
    throw refusal(400, `Operation objects must contain ${known}.`);
  }
  const problem =
    word === undefined
      ? 'Unable to find `op` in JSON Schema change'
      : `Invalid operation: \`${typeof word === 'string' ? word : JSON.stringify(word)}\``;
  throw refusal(400, `${problem}. It must be one of the following: ${OPERATIONS.join(', ')}.`);
}

/** The attribute that a JSON pointer (RFC 6901) of one level names. */
function attributeName(pointer: unknown): string {
  if (typeof pointer !== 'string') {
    throw refusal(400, "Unable to find 'path' in JSON Schema change");
  }
  if (!pointer.startsWith('/')) {
    throw refusal(400, `Pointer \`${pointer}\` does not start with "/".`);
  }
  const name = pointer.slice(1);
  if (name === '' || name.includes('/')) {
    throw refusal(400, `Invalid JSON pointer for this resource: '${pointer}'`);
  }
  return name.replaceAll('~1', '/').replaceAll('~0', '~');
}
