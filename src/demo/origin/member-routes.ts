// Sharing: the members of an image, kept by its owner and answered by each member.
import { type Caller, isAdmin, requireMember, visibleImage } from './access.ts';
import { glanceTime, type ImageRecord, type Member } from './image-record.ts';
import {
  type GlanceContext,
  type Handle,
  jsonBody,
  jsonResponse,
  type OriginParts,
  parameter,
} from './origin-parts.ts';
import { refusal } from './refusal.ts';

export function memberRoutes({ shelf, clock }: OriginParts) {
  const imageOf = (c: GlanceContext): ImageRecord => {
    const id = parameter(c, 'id');
    return visibleImage(shelf, c.var.caller, id, `Image ${id} not found.`);
  };

  const list: Handle = (c) => {
    const image = imageOf(c);
    if (image.visibility !== 'shared') {
      throw notAllowedTo('list', image, ': Only shared images have members.');
    }
    const members = membersFor(c.var.caller, image).map((member) => memberView(image, member));
    return jsonResponse({ members, schema: '/v2/schemas/members' });
  };

  const show: Handle = (c) => {
    const image = imageOf(c);
    const id = parameter(c, 'member');
    const member = membersFor(c.var.caller, image).find((one) => one.id === id);
    if (member === undefined) throw notAMember(image, id);
    return jsonResponse(memberView(image, member));
  };

  const add: Handle = async (c) => {
    const id = field(await jsonBody(c), 'member');
    const image = imageOf(c);
    if (id === '') throw refusal(400, "Member can't be empty");
    if (typeof id !== 'string') throw refusal(400, 'Member to be added not specified');
    if (!mayShare(c.var.caller, image)) throw notAllowedTo('create', image, '.');
    if (image.members.some((member) => member.id === id)) {
      throw refusal(409, `Member ${id} is duplicated for image ${image.id}`);
    }
    const now = clock.now();
    const member: Member = { id, status: 'pending', createdAt: now, updatedAt: now };
    await shelf.save({ ...image, members: [...image.members, member] });
    return jsonResponse(memberView(image, member));
  };

  const update: Handle = async (c) => {
    const word = field(await jsonBody(c), 'status');
    const image = imageOf(c);
    const id = parameter(c, 'member');
    const before = image.members.find((member) => member.id === id);
    if (before === undefined) throw notAMember(image, id);
    // Whether to take an offer is the member's own decision, not the owner's.
    if (c.var.caller.project !== id && !isAdmin(c.var.caller)) {
      throw notAllowedTo('update', image, '.');
    }
    const status = STATUSES.find((known) => known === word);
    if (status === undefined) {
      const known = 'Status must be "pending", "accepted" or "rejected".';
      throw refusal(400, `Incorrect request: ${known}`);
    }
    const after: Member = { ...before, status, updatedAt: clock.now() };
    const members = image.members.map((member) => (member === before ? after : member));
    await shelf.save({ ...image, members });
    return jsonResponse(memberView(image, after));
  };

  const remove: Handle = async (c) => {
    const image = imageOf(c);
    const id = parameter(c, 'member');
    if (!mayShare(c.var.caller, image)) throw notAllowedTo('delete', image, '.');
    if (!image.members.some((member) => member.id === id)) throw notAMember(image, id);
    const members = image.members.filter((member) => member.id !== id);
    await shelf.save({ ...image, members });
    return new Response(null, { status: 204, headers: { 'Content-Length': '0' } });
  };

  return { list, show, add, update, remove };
}

const STATUSES = ['pending', 'accepted', 'rejected'] as const;

/** A member sees only its own entry. */
function membersFor(caller: Caller, image: ImageRecord): readonly Member[] {
  if (image.owner === caller.project || isAdmin(caller)) return image.members;
  return image.members.filter(({ id }) => id === caller.project);
}

function mayShare(caller: Caller, image: ImageRecord): boolean {
  if (image.visibility !== 'shared') return false;
  requireMember(caller, 'modify_member');
  return image.owner === caller.project || isAdmin(caller);
}

const memberView = (image: ImageRecord, member: Member) => ({
  member_id: member.id,
  image_id: image.id,
  status: member.status,
  created_at: glanceTime(member.createdAt),
  updated_at: glanceTime(member.updatedAt),
  schema: '/v2/schemas/member',
});

function notAllowedTo(act: string, image: ImageRecord, end: string) {
  return refusal(403, `Not allowed to ${act} members for image ${image.id}${end}`);
}

function notAMember(image: ImageRecord, id: string) {
  return refusal(404, `${id} not found in the member list of the image ${image.id}.`);
}

function field(body: unknown, name: string): unknown {
  if (typeof body !== 'object' || body === null) return undefined;
  return new Map<string, unknown>(Object.entries(body)).get(name);
}
