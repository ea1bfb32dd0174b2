// Image records: list, create, show, patch, delete.
import {
  type Caller,
  isAdmin,
  requireMember,
  requireOwner,
  requireVisibilityRight,
  visibleImage,
} from './access.ts';
import { requireSettable, withAttribute } from './attributes.ts';
import { imageList } from './image-list.ts';
import { type ImageRecord, imageView, newImage, STORE } from './image-record.ts';
import { type PatchOperation, patched, patchOperations, requirePatchType } from './json-patch.ts';
import {
  type Handle,
  jsonBody,
  jsonResponse,
  mediaType,
  noContent,
  type OriginParts,
  parameter,
} from './origin-parts.ts';
import { pythonRepr } from './python-json.ts';
import { refusal } from './refusal.ts';

export function imageRoutes({ shelf, clock, ids }: OriginParts) {
  const list: Handle = (c) =>
    jsonResponse(imageList(shelf.all(), c.var.caller, new URL(c.req.url).searchParams));

  const create: Handle = async (c) => {
    const { caller } = c.var;
    const wanted = attributesOf(await jsonBody(c));
    const id = wanted.get('id') ?? ids.uuid();
    wanted.delete('id');
    const image = created(requireImageId(id), caller, wanted, clock.now());
    if (shelf.taken(image.id)) throw refusal(409, `Image ID ${image.id} already exists!`);
    await shelf.save(image);
    return jsonResponse(imageView(image), 201, {
      Location: `${new URL(c.req.url).origin}/v2/images/${image.id}`,
      'Openstack-Image-Import-Methods': 'glance-direct,web-download',
      'Openstack-Image-Store-Ids': STORE,
    });
  };

  const show: Handle = (c) =>
    jsonResponse(imageView(visibleImage(shelf, c.var.caller, parameter(c, 'id'))));

  const patch: Handle = async (c) => {
    const { caller } = c.var;
    requirePatchType(mediaType(c));
    const operations = patchOperations(mediaType(c), await jsonBody(c));
    const image = visibleImage(shelf, caller, parameter(c, 'id'));
    requireOwner(caller, image, 'modify_image');
    for (const operation of operations) requirePatchRight(caller, operation);
    if (operations.length === 0) return jsonResponse(imageView(image));
    const after = { ...operations.reduce(patched, image), updatedAt: clock.now() };
    await shelf.save(after);
    return jsonResponse(imageView(after));
  };

  const remove: Handle = async (c) => {
    const id = parameter(c, 'id');
    const image = visibleImage(shelf, c.var.caller, id, `Failed to find image ${id} to delete`);
    requireOwner(c.var.caller, image, 'delete_image');
    if (image.protected) throw refusal(403, `Image ${id} is protected and cannot be deleted.`);
    await shelf.remove(image);
    return noContent();
  };

  return { list, create, show, patch, remove };
}

function created(
  id: string,
  caller: Caller,
  wanted: ReadonlyMap<string, unknown>,
  now: number,
): ImageRecord {
  for (const name of wanted.keys()) requireSettable(name);
  requireMember(caller, 'add_image');
  requireVisibilityRight(caller, wanted.get('visibility'));
  const owner = wanted.get('owner') ?? caller.project;
  if (owner !== caller.project && !isAdmin(caller)) {
    throw refusal(403, `You are not permitted to create images owned by ${pythonRepr(owner)}.`);
  }
  let image = newImage(id, caller.project, now);
  for (const [name, value] of wanted) image = withAttribute(image, name, value);
  return image;
}

function requirePatchRight(caller: Caller, { op, name, value }: PatchOperation): void {
  if (op === 'remove') return;
  if (name === 'visibility') requireVisibilityRight(caller, value);
  if (name === 'owner' && !isAdmin(caller)) {
    throw refusal(403, 'Access was denied to this resource.', {
      detail: "Owner can't be updated by non admin.",
    });
  }
}

function attributesOf(body: unknown): Map<string, unknown> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw refusal(400, 'Request body must be a JSON object.');
  }
  return new Map<string, unknown>(Object.entries(body));
}

const IMAGE_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function requireImageId(id: unknown): string {
  if (typeof id === 'string' && IMAGE_ID.test(id)) return id;
  throw refusal(
    400,
    `Provided object does not match schema 'image': ${pythonRepr(id)} is not a UUID`,
  );
}
